import { marshall } from '@aws-sdk/util-dynamodb';
import type { Written } from './load';
import { account, foundInTable } from './outcome';

const visit = (key: string, school = 'school-01', isAccepted = true): Written => ({ kind: 'visit', school, student: 's', key, isAccepted });
const item = (key: string, school = 'school-01', sort = key) =>
  marshall({ pk: `${school}#STUDENT#s`, sk: `VISIT#${sort}`, body: { page: `/${key}` } });

test('what was accepted is there once, in its school', () => {
  const found = foundInTable([item('visit-1'), item('visit-2')]);
  expect(account([visit('visit-1'), visit('visit-2')], found)).toEqual({ lost: [], doubled: [], crossed: [] });
});

test('what is missing is lost, if it was accepted', () => {
  expect(account([visit('visit-1'), visit('visit-2', 'school-01', false)], []).lost).toEqual(['visit-1']);
});

test('the same visit with two keys is there twice', () => {
  const found = foundInTable([item('visit-1'), item('visit-1', 'school-01', 'visit-1-other')]);
  expect(account([visit('visit-1')], found).doubled).toEqual(['visit-1']);
});

test('a visit of a school among the items of another one has crossed', () => {
  expect(account([visit('visit-1')], foundInTable([item('visit-1', 'school-02')])).crossed).toEqual(['visit-1 in school-02']);
});

test('grades are known by their revisions, and other items are not counted', () => {
  const grade = marshall({ pk: 'school-01#STUDENT#s', sk: 'REVISION#grade-1-school-01' });
  const other = marshall({ pk: 'school-01#EVALUATION', sk: 'STUDENT#s#COURSE#Maths' });
  expect(foundInTable([grade, other])).toEqual([{ kind: 'grade', school: 'school-01', key: 'grade-1-school-01' }]);
});
