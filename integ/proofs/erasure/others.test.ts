import { compare, ofOthers } from './others';
import { foundIn } from './person';

const person = { name: 'Zacharias', officialId: 'OFFICIAL-1', student: 'id-1' };
const own = '{"pk":"school-01#STUDENT#id-1","name":"Zacharias"}';
const other = '{"pk":"school-01#STUDENT#id-2","name":"Another"}';
const elsewhere = '{"pk":"school-02#STUDENT#id-1"}';
const texts = [own, other, elsewhere];

test('a person is found, and not the student of another school with the same id', () => {
  expect(foundIn(texts, person)).toEqual(['name', 'student']);
  expect(foundIn([other, elsewhere], person)).toEqual([]);
});

test('others are all that are not the person, also with the same id in another school', () => {
  expect(ofOthers(texts, person.student)).toEqual([other, elsewhere]);
});

test.each([
  ['the same', [other, elsewhere], 0],
  ['the row of another student is lost', [elsewhere], 2],
  ['the row of another school with the same id is lost', [other], 2],
  ['a row is there twice', [other, other, elsewhere], 1],
  ['a row is changed', [other, `${elsewhere} `], 2],
  ['one row is there twice instead of another one', [other, other], 1],
])('%s: %j', (_name, after, expected) => {
  expect(compare({ table: [other, elsewhere] }, { table: after })).toHaveLength(expected);
});
