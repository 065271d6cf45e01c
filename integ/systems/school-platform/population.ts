import type { Person } from '../../kit/operator';
import { generator, shuffled } from '../../kit/random';

export interface School {
  readonly id: string;
  readonly students: number;
}

export type Role = 'director' | 'teacher' | 'student';

/** A person who signs in. */
export interface User extends Person {
  /** Their school. */
  readonly tenant: string;
  readonly role: Role;
}

export interface Visit {
  readonly school: string;
  readonly student: string;
  readonly page: string;
  readonly idempotencyKey: string;
}

const SCHOOLS = 40;
const STUDENTS = 5000;
const TEACHERS = 2;
const SIGNED_IN_STUDENTS = 3;
const GIVEN_NAMES = [
  'Ada',
  'Bruno',
  'Carla',
  'Diego',
  'Elena',
  'Fabio',
  'Gloria',
  'Hugo',
  'Inés',
  'Julio',
  'Karla',
  'Luis',
  'Marta',
  'Nuria',
];
const FAMILY_NAMES = ['Alba', 'Bravo', 'Castro', 'Duarte', 'Esteban', 'Flores', 'Gil', 'Herrera', 'Ibáñez', 'Lara', 'Molina', 'Ortega'];
const PAGES = ['/today', '/grades', '/homework', '/lunch', '/messages'];

/** Forty schools with 5,000 students in total. Their sizes differ: the largest has about a fifth of all students. */
export function schools(): School[] {
  const weights = Array.from({ length: SCHOOLS }, (_, index) => 1 / (index + 1.2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const sizes = weights.map((weight) => Math.floor((weight / total) * STUDENTS));
  sizes[0] += STUDENTS - sizes.reduce((sum, size) => sum + size, 0);
  return sizes.map((students, index) => ({ id: `school-${String(index + 1).padStart(2, '0')}`, students }));
}

/** The users of a school in this sample: a director, teachers and the first few students, the same for the same seed. */
export function users(seed: number, of: readonly School[] = schools()): User[] {
  const random = generator(seed);
  const pick = (names: readonly string[]) => names[Math.floor(random() * names.length)];
  return of.flatMap(({ id }) => {
    const somebody = (role: Role, number: number): User => ({
      tenant: id,
      role,
      email: `${role}-${number}@${id}.example`,
      name: `${pick(GIVEN_NAMES)} ${pick(FAMILY_NAMES)}`,
    });
    return [
      somebody('director', 1),
      ...Array.from({ length: TEACHERS }, (_, index) => somebody('teacher', index + 1)),
      ...Array.from({ length: SIGNED_IN_STUDENTS }, (_, index) => somebody('student', index + 1)),
    ];
  });
}

/** One visit per student, with the schools mixed, in the same order for the same seed. */
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
