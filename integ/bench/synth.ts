import { join, resolve } from 'node:path';
import { median, round } from '../kit/statistics';
import { COMPETITORS, installCompetitors, versionOf } from './competitors';
import { atMost, type Figures } from './figures';
import { inRounds } from './rounds';

const ROOT = resolve(__dirname, '..', '..');
const ROUNDS = 15;
const APPS = {
  ours: { name: 'cdk-andamio', app: join(__dirname, 'synth', 'cdk-andamio.cjs') },
  raw: { name: 'L2 constructs by hand', app: join(__dirname, 'synth', 'l2.cjs') },
  solutions: { name: 'AWS Solutions Constructs', app: join(COMPETITORS, 'api-gateway-to-sqs.cjs') },
};

/** The time to synthesize API → queue → batch function → table. */
export async function synth(report: (line: string) => void): Promise<Figures> {
  await installCompetitors(report);
  const run = join(__dirname, 'synth', 'run.cjs');
  // The template validation takes the same seconds for all; deprecation warnings come from a competitor.
  const env = { CDK_VALIDATION: 'false', JSII_DEPRECATED: 'quiet' };
  const contestants = Object.values(APPS).map(({ name, app }) => ({ name, command: [run, app], env }));
  const samples = await inRounds(contestants, ROUNDS, ROOT, report);
  const of = (name: string, value: string) => median((samples.get(name) ?? []).map((sample) => sample[value]));
  const ratio = (name: string, value: string) => round(of(APPS.ours.name, value) / of(name, value));
  return {
    title: 'Synthesis',
    method: [
      `Milliseconds from the start of a fresh node process to the written template, median of ${ROUNDS} interleaved rounds, \`CDK_VALIDATION=false\` for all.`,
      'By hand: the same number of resources of each type, with the same settings where they cost anything.',
      `AWS Solutions Constructs (\`aws-apigateway-sqs\` ${versionOf('@aws-solutions-constructs/aws-apigateway-sqs')}) makes the API and two queues; the function and the table behind them are L2 constructs, and nothing is received alone.`,
    ],
    rows: Object.values(APPS).map(({ name }) => ({
      name,
      values: {
        total: Math.round(of(name, 'total')),
        'of it loading modules': Math.round(of(name, 'load')),
        'of it constructs and synthesis': Math.round(of(name, 'synth')),
        resources: of(name, 'resources'),
      },
    })),
    goals: [
      atMost('synthesis, of L2 constructs by hand', ratio(APPS.raw.name, 'total'), 1.3),
      atMost('synthesis without loading, of L2 constructs by hand', ratio(APPS.raw.name, 'synth'), 1.3),
    ],
  };
}
