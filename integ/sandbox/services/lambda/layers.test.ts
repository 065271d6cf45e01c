import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findIsolation, lambdaPython } from '../../engines';
import { temporaryFolder } from '../../testing/engines';
import { assemblyOf, functionArn, functionsOfEachTest, inline } from './testing';

const folder = temporaryFolder();
const startWith = functionsOfEachTest();
const python = (runtime: string) => lambdaPython(runtime, () => {});
let bwrap: string | undefined;

beforeAll(async () => {
  const isolation = await findIsolation(() => {});
  if (isolation.kind === 'namespaces') bwrap = isolation.bwrap;
  const file = (path: string, text: string, mode = 0o644) => {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode });
  };
  file('layer/python/greeting.py', 'TEXT = "of /opt/python"');
  file('layer/python/lib/python3.12/site-packages/packaged.py', 'TEXT = "of site-packages"');
  file('layer/bin/by-shell', '#!/bin/sh\necho program\n', 0o755);
  file('layer/tool/by-python', '#!/var/lang/bin/python\nimport greeting, sys\nprint(greeting.__file__, sys.version_info[:2])\n', 0o755);
  file('layer/data.txt', 'a file');
});

const start = (code: string, runtime: string, own: string | undefined) => {
  const resources = {
    Fn: inline(code, { Runtime: runtime, Layers: [functionArn('Layer')], Timeout: 30 }),
    Layer: { type: 'AWS::Lambda::LayerVersion', properties: { Content: { S3Bucket: 'b', S3Key: 'k' } } },
  };
  return startWith(resources, { python, bwrap: own, assembly: assemblyOf(resources, { 'b/k': join(folder, 'layer') }) });
};

const READ = `
import os, signal, subprocess
import greeting, packaged
def handler(event, context):
  if event.get("kill"): os.kill(os.getpid(), signal.SIGKILL)
  run = lambda *words: subprocess.check_output(words, text=True, env={**os.environ, "PYTHONPATH": "/opt/python"}).strip()
  root = os.environ["SANDBOX_LAYERS"]
  try:
    open("/opt/other.txt", "w")
  except OSError as error:
    written = error.strerror
  return [greeting.TEXT, packaged.TEXT, run("by-shell"), run("/opt/tool/by-python"), open("/opt/data.txt").read(), written, root]`;

// Documented: "Packaging your layer content", "Working with layers for Python Lambda functions": layers are extracted to /opt.
describe('a function with layers, where this machine allows namespaces', () => {
  test('has their files at /opt: modules, programs, and scripts for the Python of Lambda', async () => {
    if (bwrap === undefined) return;
    const { invoke } = await start(READ, 'python3.12', bwrap);
    expect((await invoke('Fn')).payload).toEqual([
      ...['of /opt/python', 'of site-packages', 'program', '/opt/python/greeting.py (3, 12)', 'a file'],
      ...['Read-only file system', '/opt'],
    ]);
    const { payload, requestId } = await invoke('Fn', { kill: true });
    expect(payload).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
    });
    expect(existsSync('/var/lang')).toBe(false);
  });

  test('opens them in Node.js too, and leaves the rest of this machine as it is', async () => {
    if (bwrap === undefined) return;
    const code = `const fs = require('node:fs'); const temporary = require('node:os').tmpdir();
      exports.handler = async () => { fs.writeFileSync(temporary + '/x', 'y'); return [fs.readFileSync('/opt/data.txt', 'utf8'), fs.existsSync(process.env.LAMBDA_TASK_ROOT)]; };`;
    const { invoke } = await start(code, 'nodejs24.x', bwrap);
    expect((await invoke('Fn')).payload).toEqual(['a file', true]);
  });
});

test('without namespaces, layers are in a folder that a variable names, and modules and programs are found there', async () => {
  const code = `
import os, subprocess
import greeting, packaged
def handler(event, context):
  return [greeting.TEXT, packaged.TEXT, subprocess.check_output(["by-shell"], text=True).strip(), open(os.environ["SANDBOX_LAYERS"] + "/data.txt").read()]`;
  const { invoke } = await start(code, 'python3.12', undefined);
  expect((await invoke('Fn')).payload).toEqual(['of /opt/python', 'of site-packages', 'program', 'a file']);
});
