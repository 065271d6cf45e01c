import { generator } from '../../kit/random';
import { schools as fortySchools } from '../../systems/school-platform/population';

/** Changes of one school day, in the order of their times: `times[n]` is in seconds after midnight, `schools[n]` is the school's number. */
export interface SchoolDay {
  readonly times: Float64Array;
  readonly schools: Uint16Array;
}

/** The share of the day's lessons that begin in an hour. The schools have one time zone, which is the worst case. */
const HOURS: Readonly<Record<number, number>> = {
  ...{ 7: 0.03, 8: 0.13, 9: 0.14, 10: 0.16, 11: 0.14, 12: 0.12, 13: 0.08 },
  ...{ 14: 0.07, 15: 0.05, 16: 0.03, 17: 0.02, 18: 0.02, 19: 0.01 },
};
/** Changes of each student in a day, on average: a few hundred of a school. */
const PER_STUDENT = 2;
/** A teacher registers the grades of a class in one lesson. */
const CLASS = 20;
const LESSON_SECONDS = 10 * 60;
const HOUR_SECONDS = 3_600;

/** A day on which each school registers grades, lesson by lesson. Sizes are those of the forty schools, repeated. */
export function schoolDay(schools: number, seed: number): SchoolDay {
  const random = generator(seed);
  const sizes = fortySchools().map(({ students }) => students);
  const changes: number[] = [];
  for (let school = 0; school < schools; school++) {
    const lessons = Math.max(1, Math.round((sizes[school % sizes.length] * PER_STUDENT) / CLASS));
    for (let lesson = 0; lesson < lessons; lesson++) {
      const begin = (hourAt(random()) + random()) * HOUR_SECONDS;
      // The school is in the part after the point, so that sorting numbers is enough.
      for (let one = 0; one < CLASS; one++) changes.push(Math.floor((begin + random() * LESSON_SECONDS) * 10) + school / 65_536);
    }
  }
  const sorted = Float64Array.from(changes).sort();
  return {
    times: sorted.map((value) => Math.floor(value) / 10),
    schools: Uint16Array.from(sorted, (value) => Math.round((value % 1) * 65_536)),
  };
}

function hourAt(share: number): number {
  let below = 0;
  for (const [hour, part] of Object.entries(HOURS)) {
    below += part;
    if (share < below) return Number(hour);
  }
  return Number(Object.keys(HOURS).at(-1));
}
