import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { keyValue } from '../../src/tenant-isolated-api/lambda/key-value';

const tenant = fc.stringMatching(/^[a-z0-9-]{3,64}$/);

// Made with Python: base64.b32encode(hmac.new(b'secret', tenant, 'sha256').digest()).decode().rstrip('=').lower()
test.each([
  ['north-school', '7aqsopfgnb5rnrzzexnlrmvwoyauea4itsttf2xio57iod7te2wq'],
  ['school-01', 'gzfq53tjk3uamiuzwrueckofct23y6lirqm64s3inaqtlax3ojrq'],
])('the value of %s is the base32 of its HMAC', (id, value) => {
  expect(keyValue('secret', id)).toBe(value);
});

test('every value is valid for API Gateway and contains the whole HMAC', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), tenant, (secret, id) => {
      const value = keyValue(secret, id);
      expect(value).toMatch(/^[a-z2-7]{52}$/);
      expect(decoded(value)).toEqual(createHmac('sha256', secret).update(id).digest());
    }),
  );
});

test('different tenants and different secrets have different values', () => {
  fc.assert(
    fc.property(tenant, tenant, (one, other) => {
      fc.pre(one !== other);
      expect(keyValue('secret', one)).not.toBe(keyValue('secret', other));
      expect(keyValue('secret', one)).not.toBe(keyValue('another', one));
    }),
  );
});

function decoded(text: string): Buffer {
  const bits = [...text].map((letter) => 'abcdefghijklmnopqrstuvwxyz234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.slice(0, 256).match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
