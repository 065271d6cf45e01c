import { proof } from '../../kit/proof';
import { compare } from './compare';

const QUESTIONS = 200_000;
const SEED = 20265;

/** `npx projen prove policy-evaluation [questions] [seed]`: the sandbox evaluates policies as documented, with iam-simulate as the second opinion. */
export default proof(
  'policy-evaluation',
  { shows: 'The sandbox evaluates policies as documented, with a second opinion', minutes: 30, usage: '[questions] [seed]' },
  async ({ progress, args }) => {
    const started = Date.now();
    const count = Number(args[0] ?? QUESTIONS);
    const { questions, allowed, byDifference, unexplained } = compare(count, Number(args[1] ?? SEED), (done) =>
      progress.count('random requests with random policies', done, count),
    );
    for (const line of unexplained.slice(0, 20)) process.stderr.write(`${line}\n`);
    const share = allowed / questions;
    return {
      figures: {
        ...{ questions, allowed, differences: Object.values(byDifference).reduce((sum, number) => sum + number, 0), byDifference },
        ...{ unexplained: unexplained.length, seconds: Math.round((Date.now() - started) / 100) / 10 },
      },
      promises: {
        'a part of the requests is allowed, and a part is denied': share > 0.05 && share < 0.95,
        'the documentation explains every other answer of the second opinion': unexplained.length === 0,
      },
    };
  },
);
