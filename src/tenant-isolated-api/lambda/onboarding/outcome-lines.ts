import type { OnboardingResult } from './execute';
import type { OnboardingRequest } from './request';

/** The log lines of a request: one for each entry, with its outcome. */
export function outcomeLines({ action }: OnboardingRequest, { results }: OnboardingResult): object[] {
  return results.map((outcome) => ({ level: outcome.status === 'done' ? 'INFO' : 'ERROR', message: action, ...outcome }));
}
