/** A person, and what identifies this person. */
export interface Person {
  readonly name: string;
  readonly officialId: string;
  /** The random id that the service chose. */
  readonly student: string;
}

export const SCHOOL = 'school-01';
/** A school that has a student of the same random id, with the same sort keys. */
export const OTHER_SCHOOL = 'school-02';

/** Whether a text is of the other school, by the partition key in it. */
export const isElsewhere = (text: string): boolean => text.includes(`${OTHER_SCHOOL}#`);

/** Which of the person's name and ids are found in texts that are not of the other school. */
export function foundIn(texts: readonly string[], person: Person): string[] {
  const own = texts.filter((text) => !isElsewhere(text));
  return Object.entries(person).flatMap(([what, needle]) => (own.some((text) => text.includes(needle)) ? [what] : []));
}
