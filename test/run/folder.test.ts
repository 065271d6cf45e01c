import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { testApp } from '../synth';
import { temporaryFolder } from '../temporary-folder';
import { folderOfRun, leftIn, sweep } from './folder';

test('each run has its own temporary folder', () => {
  expect(tmpdir()).toMatch(/andamio-tests-\d+$/);
  expect(dirname(temporaryFolder('here'))).toBe(process.env.TEST_FOLDER);
});

test('testApp writes to the folder of its file, and a plain App to the temporary folder', () => {
  const before = leftIn(tmpdir());
  testApp().synth();
  expect(leftIn(tmpdir())).toEqual(before);
  // What a test leaves there is found at the end of the run; this one goes into a folder that is none of it.
  expect(new App({ outdir: temporaryFolder('cdk') }).outdir).toContain('file-');
});

test('files that are left are found, except caches of tools', () => {
  const folder = temporaryFolder('run');
  for (const name of ['tsx-0', 'hsperfdata_root', 'cdk.outAb12Cd']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'notes.txt'), '');
  expect(leftIn(folder)).toEqual(['cdk.outAb12Cd', 'notes.txt']);
});

test('folders of killed runs are removed, those of running ones are not', () => {
  const parent = temporaryFolder('runs');
  for (const name of [folderOfRun(process.pid), folderOfRun(2 ** 30), 'other']) mkdirSync(join(parent, name));
  sweep(parent);
  expect(readdirSync(parent).sort()).toEqual([folderOfRun(process.pid), 'other'].sort());
});
