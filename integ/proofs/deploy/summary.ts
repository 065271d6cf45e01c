import { errorCount, errorsByKind } from '../../kit/load/summary';
import type { Sent } from './load';

/** The failed requests of a load: every status but 2xx, no answer, and an answer with another content. */
export function failuresIn(sent: readonly Sent[]): { readonly count: number; readonly kinds: Readonly<Record<string, number>> } {
  const answers = sent.map(({ answer }) => answer);
  return { count: errorCount(answers), kinds: errorsByKind(answers) };
}
