import { CborError, cborObject, decodeCbor, encodeCbor } from './cbor';

const hex = (text: string) => Buffer.from(text, 'hex');

// RFC 8949, Appendix A.
test.each([
  ['00', 0],
  ['1818', 24],
  ['1903e8', 1000],
  ['1a000f4240', 1_000_000],
  ['1b000000e8d4a51000', 1_000_000_000_000],
  ['3903e7', -1000],
  ['f93c00', 1],
  ['f9c400', -4],
  ['f90001', 2 ** -24],
  ['fa47c35000', 100_000],
  ['fb3ff199999999999a', 1.1],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['c11a514b67b0', 1_363_896_240],
  ['6449455446', 'IETF'],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  ['a26161016162820203', { a: 1, b: [2, 3] }],
  ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
  ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
  ['7f657374726561646d696e67ff', 'streaming'],
])('%s is decoded', (text, expected) => {
  expect(decodeCbor(hex(text))).toEqual(expected);
});

test('what is encoded is decoded again, and times become seconds', () => {
  const output = { text: 'a'.repeat(300), list: [0, 23, 24, 70_000, -1, 1.5, 2 ** 40], flags: [true, false, null], none: undefined };
  expect(decodeCbor(encodeCbor({ ...output, at: new Date(1500) }))).toEqual({ ...output, none: undefined, at: 1.5 });
});

test.each([
  ['19', 'ends within'],
  ['8301', 'ends within'],
  ['9bffffffffffffffff', 'ends within'],
  ['9f01', 'ends within'],
  ['0000', 'more than one value'],
  ['4101', 'Binary data'],
  [`${'81'.repeat(40)}00`, 'nested too deep'],
])('%.20s is rejected', (text, message) => {
  expect(() => decodeCbor(hex(text))).toThrow(message);
  expect(() => decodeCbor(hex(text))).toThrow(CborError);
});

test('a body without a value has no parameters', () => {
  expect(cborObject(Buffer.alloc(0))).toEqual({});
  expect(() => cborObject(hex('00'))).toThrow('not a map');
});
