import { type Behaviour, STABLE } from '../../government-api';

/** How the API behaves while a sync is stopped at a point, so that the point is reached. */
export interface Scenario {
  readonly name: string;
  readonly behaviour: Behaviour;
}

/** Nothing of it is silent: the process with the API does not have the clock of the sandbox. */
const FAILING: Behaviour = {
  ...STABLE,
  sending: { rateLimitedSeconds: 0.15, serverError: 0.1, cutAnswer: 0.15, truncatedJson: 0.1, resetBefore: 0.1, errorInside: 0.05 },
  lookingUp: { serverError: 0.15, rateLimitedSeconds: 0.1 },
};
/** Some reports are not accepted within one attempt of a child execution. */
const BUSY: Behaviour = { ...STABLE, sending: { rateLimited: 0.9 } };

export const SCENARIOS: readonly Scenario[] = [
  { name: 'failing', behaviour: FAILING },
  { name: 'busy', behaviour: BUSY },
];
