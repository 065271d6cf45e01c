import type { OnboardingResult } from './execute';
import type { OnboardingRequest } from './request';

/** The log lines of a request: one for each entry, with its outcome. Members who were only listed are not logged. */
export function outcomeLines({ action }: OnboardingRequest, { results }: OnboardingResult): object[] {
  return results.map(({ members: _, next: __, ...outcome }) => ({
    level: outcome.status === 'failed' ? 'ERROR' : 'INFO',
    message: action,
    ...outcome,
  }));
}
