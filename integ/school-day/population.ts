export interface School {
  readonly id: string;
  readonly students: number;
}

export interface Visit {
  readonly school: string;
  readonly student: string;
  readonly page: string;
  readonly idempotencyKey: string;
}

const SCHOOLS = 40;
const STUDENTS = 5000;
const PAGES = ['/today', '/grades', '/homework', '/lunch', '/messages'];

/** Forty schools of very different size with 5,000 students in all: the largest has about a fifth of them. */
export function schools(): School[] {
  const weights = Array.from({ length: SCHOOLS }, (_, index) => 1 / (index + 1.2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const sizes = weights.map((weight) => Math.floor((weight / total) * STUDENTS));
  sizes[0] += STUDENTS - sizes.reduce((sum, size) => sum + size, 0);
  return sizes.map((students, index) => ({ id: `school-${String(index + 1).padStart(2, '0')}`, students }));
}

/** Every student opens the app once, in an order in which the schools mix. The same seed gives the same recess. */
export function recess(seed: number): Visit[] {
  const random = generator(seed);
  const visits = schools().flatMap(({ id, students }) =>
    Array.from({ length: students }, (_, student) => ({
      school: id,
      student: `student-${student + 1}`,
      page: PAGES[Math.floor(random() * PAGES.length)],
      idempotencyKey: `recess-${seed}-${id}-${student + 1}`,
    })),
  );
  return shuffled(visits, random);
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}

/** Mulberry32: numbers in [0, 1) that a seed repeats. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
