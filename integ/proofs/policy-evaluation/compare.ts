import { isAllowed, isAllowedBySimulator } from '../../kit/second-opinion';
import { DIFFERENCES, withoutDifferences } from './differences';
import { questions } from './questions';

/** The result of asking both about random requests. */
export interface Comparison {
  readonly questions: number;
  readonly allowed: number;
  /** Questions with another answer, by the difference without which the answers agree. */
  readonly byDifference: Readonly<Record<string, number>>;
  /** Questions with another answer that no known difference explains. */
  readonly unexplained: readonly string[];
}

/** Questions that need more than one of the differences. */
const SEVERAL = 'several of these';

export function compare(count: number, seed: number, progress: (done: number) => void = () => {}): Comparison {
  const next = questions(seed);
  const byDifference = Object.fromEntries([...DIFFERENCES.map(({ name }) => name), SEVERAL].map((name) => [name, 0]));
  const unexplained: string[] = [];
  let allowed = 0;
  for (let number = 0; number < count; number++) {
    const question = next();
    const answer = isAllowed(question);
    allowed += answer ? 1 : 0;
    if (number % 500 === 0) progress(number);
    if (answer === isAllowedBySimulator(question)) continue;
    const agree = (other: typeof question) => isAllowed(other) === isAllowedBySimulator(other);
    const one = DIFFERENCES.find(({ without }) => agree(without(question)));
    if (one !== undefined) byDifference[one.name] += 1;
    else if (agree(withoutDifferences(question))) byDifference[SEVERAL] += 1;
    else unexplained.push(`${answer ? 'allowed' : 'denied'}, but not by iam-simulate: ${JSON.stringify(withoutDifferences(question))}`);
  }
  progress(count);
  return { questions: count, allowed, byDifference, unexplained };
}
