import { resolve } from 'node:path';
import { median, round } from '../kit/statistics';
import { atMost, type Figures } from './figures';
import { inRounds } from './rounds';

const ROOT = resolve(__dirname, '..', '..');
const ROUNDS = 31;

const timed = (statements: string) =>
  `const start = performance.now(); ${statements}; console.log(JSON.stringify({ milliseconds: performance.now() - start }))`;
const script = (name: string, statements: string) => ({ name, command: ['-e', timed(statements)] });

const CDK = "require('aws-cdk-lib')";
const LIBRARY = "require('cdk-andamio')";
// Measured against aws-cdk-lib in the same process, because the noise between processes is larger.
const BOTH = `const start = performance.now(); ${CDK}; const alone = performance.now() - start; ${LIBRARY};
  const milliseconds = performance.now() - start; console.log(JSON.stringify({ milliseconds, ratio: milliseconds / alone }))`;
const CONSTRUCT = `const { BufferedIngestPath } = ${LIBRARY}; if (typeof BufferedIngestPath !== 'function') throw new Error('not a class')`;

// For `import { X }`, the ES module loader reads every name of a CommonJS module, so it loads the whole library for any X.
const ES_MODULE = timed(
  "const { BufferedIngestPath } = await import('cdk-andamio'); if (typeof BufferedIngestPath !== 'function') throw new Error('not a class')",
);

/** The cost of importing the library, for an app that already imports aws-cdk-lib. */
export async function imports(report: (line: string) => void): Promise<Figures> {
  const contestants = [
    script('aws-cdk-lib', CDK),
    script('cdk-andamio', LIBRARY),
    { name: 'aws-cdk-lib and cdk-andamio', command: ['-e', BOTH] },
    script('aws-cdk-lib, then one construct of cdk-andamio', `${CDK}; ${CONSTRUCT}`),
    { name: 'one construct by ES import', command: ['--input-type=module', '-e', ES_MODULE] },
  ];
  const samples = await inRounds(contestants, ROUNDS, ROOT, report);
  const of = (name: string, value: string) => median((samples.get(name) ?? []).map((sample) => sample[value]));
  const milliseconds = (name: string) => of(name, 'milliseconds');
  const alone = milliseconds('aws-cdk-lib');
  return {
    title: 'Import',
    method: [
      `Milliseconds within a fresh node process, median of ${ROUNDS} interleaved rounds.`,
      'The entry point loads a construct, and what it needs of aws-cdk-lib, when its name is first read.',
    ],
    rows: contestants.map(({ name }) => ({
      name,
      values: { milliseconds: round(milliseconds(name)), 'of aws-cdk-lib alone': round(milliseconds(name) / alone) },
    })),
    goals: [
      atMost('import of cdk-andamio, of aws-cdk-lib alone', round(milliseconds('cdk-andamio') / alone), 1.15),
      atMost('import of both, of aws-cdk-lib alone in the same process', round(of('aws-cdk-lib and cdk-andamio', 'ratio')), 1.15),
    ],
  };
}
