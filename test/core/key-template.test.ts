import fc from 'fast-check';
import { KeyTemplate } from '../../src';
import { renderKey, renderKeyPrefix } from '../../src/runtime/tenant-sessions';

const template = '{tenant}#STUDENT#{body.student}#{idempotencyKey}';
const tenants = fc.stringMatching(/^[a-z0-9-]{3,64}$/);
// Values with separators and escapes, which could collide.
const texts = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.string({ unit: fc.constantFrom('#', '%', '2', '3', '5', 'a', '{', '}'), minLength: 1 }),
);
const items = fc.record({ tenant: tenants, idempotencyKey: texts, body: fc.record({ student: texts }) });

describe('KeyTemplate', () => {
  test('has its placeholders, and whether it begins with the tenant', () => {
    const key = KeyTemplate.of('{tenant}#{body.course.id}#{receivedAt}#{receivedAt}');
    expect(key.placeholders).toEqual(['tenant', 'body.course.id', 'receivedAt']);
    expect(key.beginsWithTenant()).toBe(true);
    expect(`${key}`).toBe('{tenant}#{body.course.id}#{receivedAt}#{receivedAt}');
  });

  test.each(['X#{tenant}', '{tenant}', '{tenant}-x', 'tenant#{body.a}', '{body.tenant}#{tenant}'])(
    '%s does not begin with the tenant',
    (text) => {
      expect(KeyTemplate.of(text).beginsWithTenant()).toBe(false);
    },
  );

  test.each([
    ['', 'a placeholder'],
    ['STUDENT', 'a placeholder'],
    ['{student}', 'the placeholders {tenant}'],
    ['{body}', 'the placeholders'],
    ['{body.}', 'the placeholders'],
    ['{tenant', 'braces around placeholders only'],
    ['{{tenant}}', 'braces around placeholders only'],
    ['{tenant}{body.a}', 'a # between {body.a} and the placeholder before it'],
    ['{tenant}#{body.a}-{body.b}', 'a # between {body.b} and the placeholder before it'],
  ])('rejects %j and says why', (text, reason) => {
    expect(() => KeyTemplate.of(text)).toThrow(`KeyTemplate: invalid template ${JSON.stringify(text)}: expected ${reason}`);
  });
});

describe('a rendered key', () => {
  test('contains the values', () => {
    expect(renderKey(template, { tenant: 'north-1', idempotencyKey: true, body: { student: 7 } })).toBe('north-1#STUDENT#7#true');
  });

  test('differs when a value differs', () => {
    const key = (item: { tenant: string }): string => renderKey(template, item);
    fc.assert(fc.property(items, items, (one, other) => (key(one) === key(other)) === (JSON.stringify(one) === JSON.stringify(other))));
    // Most random pairs differ in every field: these differ in one field only, or have the same joined text.
    const shifted = fc.tuple(tenants, texts, texts, texts).map(([tenant, a, b, c]) => [
      { tenant, idempotencyKey: c, body: { student: `${a}#${b}` } },
      { tenant, idempotencyKey: `${b}#${c}`, body: { student: a } },
    ]);
    fc.assert(fc.property(shifted, ([one, other]) => key(one) !== key(other)));
    // A separator in a value, and the text that it is escaped to.
    const escapes = fc.tuple(tenants, texts, texts).map(([tenant, a, b]) => [
      { tenant, idempotencyKey: `${a}#${b}`, body: { student: a } },
      { tenant, idempotencyKey: `${a}%23${b}`, body: { student: a } },
    ]);
    fc.assert(fc.property(escapes, ([one, other]) => key(one) !== key(other)));
  });

  test('begins with its own tenant and no other', () => {
    fc.assert(
      fc.property(items, tenants, (item, other) => {
        const key = renderKey(template, item);
        expect(key.startsWith(`${item.tenant}#`)).toBe(true);
        expect(key.startsWith(`${other}#`)).toBe(other === item.tenant);
      }),
    );
  });

  test.each([[undefined], [null], [''], [Number.NaN], [Number.POSITIVE_INFINITY], [{}], [['a']], ['\ud800']])(
    'is an error for the value %j, which names the placeholder',
    (student) => {
      expect(() => renderKey(template, { tenant: 'north', idempotencyKey: 'k', body: { student } })).toThrow('{body.student} must be');
    },
  );

  test.each(['no', 'NORTH', 'north#1', 'north*', 'a/b', 'x'.repeat(65), 7, undefined])('is rejected for the tenant %j', (tenant) => {
    expect(() => renderKey('{tenant}#{idempotencyKey}', { tenant, idempotencyKey: 'k' })).toThrow('{tenant} must match');
  });

  test.each([['body.constructor'], ['body.toString.name'], ['body.list.length'], ['body.list.0']])(
    'takes nothing for {%s} that is not a field of the body',
    (path) => {
      expect(() => renderKey(`{${path}}`, { tenant: 'north', body: { list: ['a'] } })).toThrow(`{${path}} must be`);
    },
  );
});

describe('a key prefix', () => {
  test.each([
    [{}, 'STUDENT#'],
    [{ body: { student: 'a#b' } }, 'STUDENT#a%23b#COURSE#'],
    [{ body: { student: 'a', course: undefined } }, 'STUDENT#a#COURSE#'],
    [{ body: { course: 'Maths' } }, 'STUDENT#'],
    [{ body: { student: 'a', course: 'Maths' } }, 'STUDENT#a#COURSE#Maths'],
  ])('ends before the first value that is missing in %j', (values, start) => {
    expect(renderKeyPrefix('STUDENT#{body.student}#COURSE#{body.course}', values)).toBe(start);
  });

  test('is a prefix of the keys with its values, and of no other keys', () => {
    const values = fc.tuple(items, items);
    fc.assert(
      fc.property(values, ([item, other]) => {
        const start = renderKeyPrefix(template, { tenant: item.tenant, body: item.body });
        expect(renderKey(template, item).startsWith(start)).toBe(true);
        const same = item.tenant === other.tenant && item.body.student === other.body.student;
        expect(renderKey(template, other).startsWith(start)).toBe(same);
      }),
    );
  });

  test.each([[''], [null], [{}]])('rejects the value %j', (student) => {
    expect(() => renderKeyPrefix(template, { tenant: 'north', body: { student } })).toThrow('{body.student} must be');
  });

  test('rejects an invalid tenant id', () => {
    expect(() => renderKeyPrefix(template, { tenant: 'north#' })).toThrow('{tenant} must match');
  });
});
