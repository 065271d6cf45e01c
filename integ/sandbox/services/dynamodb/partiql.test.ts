import * as fc from 'fast-check';
import { parseStatement } from './partiql';

const keys = (statement: string, ...parameters: { S: string }[]) => parseStatement(statement, parameters).leadingKeys('pk');

test.each<[string, string, string | undefined]>([
  [`INSERT INTO "T" VALUE {'pk': ?, 'sk': 'x'}`, 'T', undefined],
  [`insert into T value {'sk': 'x', 'pk': 'a'};`, 'T', undefined],
  [`SELECT * FROM "T"."index-1" WHERE pk = 'a'`, 'T', 'index-1'],
  [`UPDATE "T" SET a = 1 REMOVE b WHERE pk = 'a' AND sk = 'x' RETURNING ALL OLD *`, 'T', undefined],
  [`DELETE FROM "T" WHERE pk = 'a' AND sk = 'x'`, 'T', undefined],
  [`EXISTS(SELECT * FROM "T" WHERE pk = 'a' AND sk = 'x')`, 'T', undefined],
])('the table and the index of %s are parsed', (statement, table, index) => {
  const parsed = parseStatement(statement, [{ S: 'a' }]);
  expect([parsed.table, parsed.index]).toEqual([table, index]);
  expect(parsed.leadingKeys('pk')).toEqual(['a']);
});

test.each<[string, readonly string[] | undefined]>([
  [`pk = 'a' AND sk > 'b'`, ['a']],
  [`sk BETWEEN 'a' AND 'b' AND pk = 'a'`, ['a']],
  [`pk = 'a' OR (pk = 'b' AND sk = 'c')`, ['a', 'b']],
  [`pk IN ['a', 'b'] AND contains(x, 'y')`, ['a', 'b']],
  [`'a' = pk`, ['a']],
  [`pk = 'it''s'`, [`it's`]],
  [`pk = 'a' OR sk = 'b'`, undefined],
  [`NOT pk = 'a'`, undefined],
  [`pk > 'a'`, undefined],
  [`begins_with(pk, 'a')`, undefined],
  [`x.pk = 'a'`, undefined],
  [`sk = 'pk = a'`, undefined],
])('WHERE %s restricts the partition key to %j', (where, expected) => {
  expect(keys(`SELECT * FROM "T" WHERE ${where}`)).toEqual(expected);
});

test.each([
  `SELECT * FROM "T" -- WHERE pk = 'a'`,
  `SELECT * FROM "T" /* WHERE pk = 'a' */`,
  `INSERT INTO "T" VALUE {'pk': 'a', 'pk': 'b'}`,
  `INSERT INTO "T" VALUE {'pk': 'a'} , {'pk': 'b'}`,
  `DELETE FROM "T" WHERE ("pk") = 'a'`,
  `DROP TABLE "T"`,
  '',
])('%s is rejected', (statement) => {
  expect(() => keys(statement)).toThrow(/^Statement wasn't well formed/);
});

test('any value is only the value of its own attribute', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (pk, sk) => {
      const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
      expect(keys(`INSERT INTO "T" VALUE {'sk': ${quoted(sk)}, 'pk': ${quoted(pk)}}`)).toEqual([pk]);
      expect(keys(`UPDATE "T" SET a = ? WHERE pk = ? AND sk = ${quoted(sk)}`, { S: sk }, { S: pk })).toEqual([pk]);
    }),
  );
});
