import type { RunningPlatform } from '../platform';
import { type User, users } from '../population';
import type { TimedRequest } from './latency';
import { sendTimed } from './send-request';

/** Tokens live for 15 minutes of this machine. */
const RENEWED_AFTER_MS = 8 * 60_000;

/** What teachers and students do all day: one request of each kind for each school. */
export interface UsualRequests {
  /** Sends them, and returns the statuses of the answers. What fails is not sent again. */
  send(): Promise<readonly number[]>;
  /** The access token of a teacher of a school, not older than some minutes. */
  token(school: string): Promise<string>;
  /** Signs the teacher of a school in. @throws if that is not possible */
  signIn(school: string): Promise<string>;
}

/** @param requests gets those to the grades service */
export function usualRequests(
  platform: RunningPlatform,
  schools: readonly string[],
  requests: TimedRequest[],
  report: (line: string) => void,
): UsualRequests {
  const teachers = new Map(schools.map((school) => [school, teacherOf(school)]));
  const tokens = new Map(schools.map((school) => [school, { value: platform.token(school), since: performance.now() }]));
  let number = 0;

  async function token(school: string): Promise<string> {
    const known = tokens.get(school);
    if (known !== undefined && performance.now() - known.since < RENEWED_AFTER_MS) return known.value;
    // Where nobody can sign in, the token is good for some minutes more.
    return signIn(school).catch((error: Error) => {
      if (known === undefined) throw error;
      return known.value;
    });
  }

  async function signIn(school: string): Promise<string> {
    const { accessToken: value } = await platform.signIn(teachers.get(school) as User);
    tokens.set(school, { value, since: performance.now() });
    return value;
  }

  async function one(school: string, method: string, path: string, body?: object): Promise<number> {
    number += 1;
    const key = `usual-${number}`;
    const request = { method, url: `${platform.apiUrl}${path}`, token: await token(school), body, key };
    try {
      return await sendTimed(requests, school, request);
    } catch (error) {
      report(`${method} ${path}: ${(error as Error).message}`);
      return 0;
    }
  }

  return {
    ...{ token, signIn },
    async send() {
      const student = `student-${1 + (number % 20)}`;
      const all = schools.flatMap((school) => [
        one(school, 'PUT', `/students/${student}/evaluations/Maths`, { grade: (number % 21) / 2 }),
        one(school, 'GET', `/students/${student}/evaluations`),
        one(school, 'POST', '/visits', { student, page: '/today' }),
      ]);
      return Promise.all(all);
    },
  };
}

function teacherOf(school: string): User {
  const found = users(1).find(({ tenant, role }) => tenant === school && role === 'teacher');
  if (found === undefined) throw new Error(`${school} has no teacher`);
  return found;
}
