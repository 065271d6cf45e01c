import { eachOf } from '../../kit/each-of';
import { sendTimed } from '../../systems/school-platform/alarms/send-request';
import type { WatchedPlatform } from '../../systems/school-platform/alarms/watched-platform';

/** A request of the day that writes, and whether the platform accepted it. */
export interface Written {
  readonly kind: 'grade' | 'visit';
  readonly school: string;
  readonly student: string;
  readonly key: string;
  /** 202 or 200: the platform has promised to keep it. */
  readonly isAccepted: boolean;
}

/** What teachers and students of all schools do. */
export interface Load {
  /** A minute of lessons and of students who open the app. Each request is sent until it is accepted, at most three times. */
  minute(): Promise<void>;
  readonly written: readonly Written[];
}

const TRIES = 3;
const STUDENTS = 20;
const VISITS_PER_SCHOOL = 4;
/** More would wait for this machine's processors, and not for the platform. */
const AT_ONCE = 4;

export function createLoad({ platform, schools, usual, requests }: WatchedPlatform): Load {
  const written: Written[] = [];
  let minute = 0;

  async function send(
    method: string,
    path: string,
    { school, key = '' }: { school: string; key?: string },
    body?: object,
  ): Promise<number> {
    const request = { method, url: `${platform.apiUrl}${path}`, token: await usual.token(school), body, key };
    return sendTimed(requests, school, request).catch(() => 0);
  }

  async function write(kind: Written['kind'], school: string, student: string, key: string): Promise<void> {
    const isGrade = kind === 'grade';
    const [method, path] = isGrade ? ['PUT', `/students/${student}/evaluations/Maths`] : ['POST', '/visits'];
    const body = isGrade ? { grade: (minute % 21) / 2 } : { student, page: `/${key}` };
    let status = 0;
    for (let attempt = 1; attempt <= TRIES && status !== 200 && status !== 202; attempt++) {
      status = await send(method, path, { school, key }, body);
      if (status >= 400 && status < 500 && status !== 429) break;
    }
    written.push({ kind, school, student, key, isAccepted: status === 200 || status === 202 });
  }

  return {
    written,
    async minute() {
      minute += 1;
      const student = (number: number) => `student-${1 + ((minute + number) % STUDENTS)}`;
      const all = schools.flatMap((school) => [
        () => write('grade', school, student(0), `grade-${minute}-${school}`),
        () => send('GET', `/students/${student(1)}/evaluations`, { school }),
        ...Array.from({ length: VISITS_PER_SCHOOL }, (_, number) => () => {
          return write('visit', school, student(number), `visit-${minute}-${school}-${number}`);
        }),
      ]);
      await eachOf(all, AT_ONCE, async (request) => void (await request()));
    },
  };
}
