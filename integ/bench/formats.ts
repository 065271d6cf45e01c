import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { command, EngineError } from '../sandbox/engines/command';
import { installed } from '../sandbox/engines/component';
import { enginesFolder } from '../sandbox/engines/install';
import { findPython } from '../sandbox/engines/python';
import { atMost, type Figures } from './figures';

/** A line of measure.py. */
interface Measured {
  readonly form: 'folders' | 'iceberg';
  readonly tenants: number;
  readonly commits: number;
  readonly appendSeconds: number;
  readonly dataFiles: number;
  readonly dataBytes: number;
  readonly metadataFiles: number;
  readonly metadataBytes: number;
  readonly filesOfOneTenant: number;
  readonly planMilliseconds: number;
  readonly tenantsNamed: number;
  readonly deleteSeconds: number;
  readonly rewritten: number;
  readonly withStudentAfterDelete: number;
  readonly withStudentAfterCleaning: number;
}

const FOLDER = join(__dirname, 'formats');

/** The two forms of a lake's files: folders of Parquet, and Iceberg. */
export async function formats(report: (line: string) => void): Promise<Figures> {
  const measured = await measure(report);
  const folders = measured.filter(({ form }) => form === 'folders');
  return {
    title: "Forms of a lake's files",
    method: [
      'The same rows in the same partitions of month and tenant, 28 in each file, by PyArrow into folders, and by PyIceberg with a local catalogue. Both on the local disk, one process.',
      'One commit has rows of all tenants, as the files of one buffer interval: 20 commits with 40 tenants, 3 with 4,000.',
      'Named: tenants whose names are in what a reader of one tenant needs to find its files.',
      'With the student: files whose decoded rows still have a student, after a deletion of these rows, and after the old snapshots were expired. Folders: versions of the bucket are not counted.',
      'S3 Tables, compaction by AWS, and the requests to S3 cannot be measured here.',
    ],
    rows: measured.map((one) => ({
      name: `${one.form}, ${one.tenants} tenants`,
      values: {
        ...{
          's per commit': one.appendSeconds,
          'data KB': Math.round(one.dataBytes / 1000),
          'metadata KB': Math.round(one.metadataBytes / 1000),
        },
        ...{ 'files of one': one.filesOfOneTenant, 'ms to find them': one.planMilliseconds, 'tenants named': one.tenantsNamed },
        ...{
          's to delete': one.deleteSeconds,
          'with the student': one.withStudentAfterDelete,
          'after expiry': one.withStudentAfterCleaning,
        },
      },
    })),
    goals: [
      atMost('folders: files with the student after a deletion', Math.max(...folders.map((one) => one.withStudentAfterDelete)), 0),
      atMost('folders: tenants named to a reader of one', Math.max(...folders.map(({ tenantsNamed }) => tenantsNamed)), 1),
    ],
  };
}

async function measure(report: (line: string) => void): Promise<Measured[]> {
  const root = enginesFolder();
  const python = await findPython(root, report);
  const file = join(FOLDER, 'requirements.txt');
  const packages = await installed(
    root,
    {
      name: 'formats',
      title: 'PyIceberg 0.12.0 and PyArrow 26.0.1',
      pins: { 'requirements.txt': (await readFile(file, 'utf8')).replace(/^#.*\n/gm, ''), python },
      build: async (target) => {
        const options = ['--quiet', '--disable-pip-version-check', '--no-input', '--only-binary', ':all:', '--require-hashes', '--no-deps'];
        await command(python, ['-m', 'pip', 'install', ...options, '--target', target, '-r', file]).catch((error: Error) => {
          throw new EngineError(`pip cannot install PyIceberg, which needs access to a Python package index: ${error.message}`);
        });
      },
    },
    report,
  );
  const child = spawn(python, ['-s', join(FOLDER, 'measure.py')], {
    env: { PATH: process.env.PATH, PYTHONPATH: packages, HOME: packages },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const measured: Measured[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    report(line);
    measured.push(JSON.parse(line) as Measured);
  }
  if (measured.length !== 4) throw new Error(`measure.py ended after ${measured.length} of 4 measurements`);
  return measured;
}
