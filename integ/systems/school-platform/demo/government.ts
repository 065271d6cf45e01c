import { type ApiClock, type GovernmentApi, idempotencyKey, laterClock, startGovernmentApi } from '../../../government-api';

/** The address of the government's API in the example. */
const ADDRESS = 'https://api.government.example';

/** A government API that fails, for a sandbox that is started after it. */
export interface Government {
  readonly api: GovernmentApi;
  /** For the sandbox: what the address of the example stands for. */
  readonly map: Readonly<Record<string, string>>;
  /** Gives the API the clock of the sandbox. */
  follow(clock: ApiClock): void;
}

export async function startGovernment(seed: number): Promise<Government> {
  const { clock, follow } = laterClock();
  const api = await startGovernmentApi({ seed, duplicates: idempotencyKey(), clock });
  return { api, map: { [ADDRESS]: api.origin }, follow };
}
