import type { Answer, PlannedRequest } from './load-client';

/**
 * The requests per second that a generator has sent: fewer than planned if it was late at the end.
 *
 * @param seconds the length of the plan
 */
export function sentRate(requests: readonly PlannedRequest[], answers: readonly Answer[], seconds: number): number {
  const last = answers.reduce((latest, { index, lateMs }) => Math.max(latest, requests[index].dueMs + lateMs), 0);
  return answers.length / Math.max(seconds, last / 1000);
}
