import { createObserver, type Item } from '../../kit/observer';
import { proof } from '../../kit/proof';
import { rawGet } from '../../kit/raw-get';
import type { Call } from '../../sandbox';
import { startPlatform } from '../../systems/school-platform/platform';
import { bugs, FORGED, forgeries, VICTIM } from './bugs';
import { reachIndexes } from './indexes';

const CALLER = 'school-01';
const STUDENTS = ['student-1', 'student-2', 'student-3'];
/** A course that only the victim's students take. */
const SECRET = 'Secret course';

/** `npx projen prove bug`: runs the grades service with bugs that try to reach another school's data. */
export default proof('bug', { shows: "A service with bugs cannot reach another tenant's data", minutes: 12 }, async ({ progress }) => {
  const platform = await startPlatform({ report: progress.step, schools: [CALLER, VICTIM], app: 'integ/proofs/bug/app.ts' });
  const observer = createObserver(platform.sandbox);
  try {
    const get = (school: string, path: string) => rawGet(platform.apiUrl, path, [['Authorization', `Bearer ${platform.token(school)}`]]);
    for (const school of [CALLER, VICTIM]) {
      for (const student of STUDENTS) {
        for (const course of ['Maths', school === VICTIM ? SECRET : 'Music'])
          await put(platform.apiUrl, platform.token(school), student, course);
      }
    }
    const victims = async () => snapshot(await observer.items(platform.tableName));
    const before = await victims();

    // Without a bug, the caller gets its own data: if nothing worked, every attempt would be denied too.
    const sound = await get(CALLER, `/students/${STUDENTS[0]}/evaluations`);
    const soundWorks = sound.status === 200 && sound.body.includes('Music') && !sound.body.includes(SECRET);

    const calls: Call[] = [];
    platform.sandbox.endpoint.onCall((call) => calls.push(call));
    const outcomes: { bug: string; status: number; denial: string | undefined; leaked: boolean }[] = [];
    for (const bug of bugs) {
      for (const student of STUDENTS) {
        const path = `/bugs/${bug.name}/students/${student}/evaluations`;
        if (bug.victimFirst) await get(VICTIM, path);
        calls.length = 0;
        const { status, body } = await get(CALLER, path);
        const denied = calls.find(({ error }) => error !== undefined);
        outcomes.push({
          bug: bug.name,
          status,
          denial: denied && `${denied.service}:${denied.operation} ${denied.error}`,
          leaked: status === 200 || body.includes(SECRET),
        });
        progress.count('attempts', outcomes.length, bugs.length * STUDENTS.length);
      }
    }
    // Items of the caller that claim to belong to the victim's course: they can be written, and the victim must not see them.
    const course = (school: string) => get(school, '/courses/Maths/evaluations');
    const courseBefore = await course(VICTIM);
    for (const { name } of forgeries) await get(CALLER, `/bugs/${name}/students/${STUDENTS[0]}/evaluations`);
    const courseAfter = await course(VICTIM);
    const items = await observer.items(platform.tableName);
    const written = items.filter(({ pk, coursePk }) => pk.S?.startsWith(`${CALLER}#`) && coursePk?.S?.startsWith(`${VICTIM}#`)).length;
    const shown = courseAfter.body.split(`"${FORGED}`).length - 1;
    const courseWorks = courseBefore.status === 200 && STUDENTS.every((student) => courseBefore.body.includes(student));
    progress.step('trying to reach index partitions of the other school');
    const indexes = await reachIndexes(platform, CALLER, VICTIM);

    const after = await victims();
    // The helper rejects a session for an invalid school name before it makes a call.
    const denied = outcomes.filter(({ status, denial, leaked }) => status === 500 && !leaked && denial !== undefined);
    const unopened = outcomes.filter(
      ({ bug, status, denial }) => bug.startsWith('a-session-for-') && status === 500 && denial === undefined,
    );
    const leaked = outcomes.filter((outcome) => outcome.leaked).length + (after === before ? 0 : 1);
    for (const outcome of outcomes) if (outcome.leaked) process.stderr.write(`${JSON.stringify(outcome)}\n`);
    const byDenial: Record<string, string> = {};
    for (const { bug, denial = 'no session was opened' } of outcomes) byDenial[bug] = denial;
    return {
      figures: {
        attempts: outcomes.length,
        denied: denied.length + unopened.length,
        leaked,
        forgeries: { tried: forgeries.length, written, shown },
        indexes,
        bugs: byDenial,
      },
      promises: {
        'without a bug, the service returns its own school’s data': soundWorks,
        'most attempts are denied because no policy allows them':
          outcomes.filter(({ denial }) => denial?.includes('AccessDenied')).length > (2 / 3) * outcomes.length,
        'every attempt is denied': denied.length + unopened.length === outcomes.length,
        'nothing is read': leaked === 0,
        'no data of the other school is changed': after === before,
        'a course returns only its own school’s items': courseWorks,
        'forged grades are written, but do not change any answer to the other school':
          written === forgeries.length && shown === 0 && courseAfter.body === courseBefore.body,
        'every index access that IAM can decide is denied': indexes.denied === (2 / 3) * indexes.writes,
        'where IAM cannot decide, the helper leaves out forged items': indexes.shown === 0 && indexes.ownShown,
        // Otherwise the proof would show nothing about the helper.
        'without the helper, a reader gets the forged items': indexes.written > 0 && indexes.shownWithoutHelper === indexes.written,
        'no session reads another school’s index partition': indexes.readsDenied === indexes.reads,
      },
    };
  } finally {
    observer.close();
    await platform.close();
  }
});

async function put(apiUrl: string, token: string, student: string, course: string): Promise<void> {
  const response = await fetch(`${apiUrl}/students/${student}/evaluations/${encodeURIComponent(course)}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ grade: 7 }),
  });
  if (response.status !== 200) throw new Error(`PUT of ${course} answers ${response.status}: ${await response.text()}`);
}

/** The victim's items, complete and sorted. */
function snapshot(items: readonly Item[]): string {
  const own = items.filter(({ pk }) => pk.S?.startsWith(`${VICTIM}#`)).map((item) => JSON.stringify(item));
  return own.sort().join('\n');
}
