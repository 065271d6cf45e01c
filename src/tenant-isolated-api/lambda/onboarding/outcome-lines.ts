import type { OnboardingResult } from './execute';
import type { OnboardingRequest } from './request';

/** The lines of a request: one for each entry, with what became of it. */
export function outcomeLines({ action }: OnboardingRequest, { results }: OnboardingResult): object[] {
  return results.map((outcome) => ({ level: outcome.status === 'done' ? 'INFO' : 'ERROR', message: action, ...outcome }));
}
