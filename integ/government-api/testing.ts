import { type ApiRecord, type GovernmentApi, type GovernmentApiOptions, neither, type Report, startGovernmentApi } from './index';

const START = Date.UTC(2026, 11, 31, 22);

export interface TestClock {
  now(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  pass(milliseconds: number): void;
}

/** A clock on which waits end at once. Connections without an answer stay open until the client closes them. */
export function testClock(): TestClock {
  let now = START;
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return {
    now: () => now,
    pass,
    sleep: (milliseconds, signal) => {
      if (milliseconds > 100_000) return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      pass(milliseconds);
      return Promise.resolve();
    },
  };
}

/** What a client saw: the status, or why there is none. */
export interface Seen {
  readonly status: number | 'no answer' | 'timeout';
  readonly headers: Headers;
  readonly text: string;
}

export interface TestApi extends GovernmentApi {
  readonly clock: TestClock;
  token(): Promise<string>;
  send(report: Report | string, headers?: Readonly<Record<string, string>>): Promise<Seen>;
  find(reference: string): Promise<Seen>;
  figures(): ApiRecord['figures'];
}

export const report = (reference: string, grade = 7): Report => ({
  ...{ reference, school: 'school-01', period: '2026Q4' },
  rows: [{ student: 'student-1', course: 'Maths', grade }],
});

/** Long enough for an answer on a busy machine. Only requests whose connection stays silent wait for it. */
const CLIENT_TIMEOUT_MS = 1_500;

export interface TestApiOptions extends Partial<GovernmentApiOptions> {
  readonly clock?: TestClock;
  /** How long the client waits for an answer, in real time. @default 1500 */
  readonly timeoutMs?: number;
}

/** Starts an API with a client that asks for a new token whenever its token is not valid. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const { timeoutMs = CLIENT_TIMEOUT_MS } = options;
  const clock = options.clock ?? testClock();
  const api = await startGovernmentApi({ seed: 1, duplicates: neither(), ...options, clock });
  const call = async (path: string, init: RequestInit): Promise<Seen> => {
    try {
      const response = await fetch(`${api.origin}${path}`, { ...init, signal: AbortSignal.timeout(timeoutMs) });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      return { status: (error as Error).name === 'TimeoutError' ? 'timeout' : 'no answer', headers: new Headers(), text: '' };
    }
  };
  const token = async (): Promise<string> => {
    const { clientId, clientSecret } = api.client;
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
    for (let attempt = 0; attempt < 20; attempt++) {
      const { status, text } = await call('/oauth/token', { method: 'POST', body });
      if (status === 200) return (JSON.parse(text) as { access_token: string }).access_token;
    }
    throw new Error('the API gives no token');
  };
  let current: string | undefined;
  const authorized = async (path: string, init: RequestInit): Promise<Seen> => {
    current ??= await token();
    const seen = await call(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${current}` } });
    if (seen.status !== 401) return seen;
    current = undefined;
    return authorized(path, init);
  };
  return {
    ...{ ...api, clock, token },
    send: (body, headers = {}) =>
      authorized('/reports', { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) }),
    find: (reference) => authorized(`/reports/${encodeURIComponent(reference)}`, {}),
    figures: () => api.record().figures,
  };
}
