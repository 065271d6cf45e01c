import { createServer } from 'node:http';
import { listen } from './loopback';

test('a port that is taken gives way to another one, or is an error that says so', async () => {
  const first = await listen(createServer());
  const number = Number(new URL(first.origin).port);
  await expect(listen(createServer(), { number, otherwise: 'fail' })).rejects.toThrow(
    `Port ${number} of this machine is taken: give another one by --port`,
  );
  const other = await listen(createServer(), { number, otherwise: 'another' });
  expect(other.origin).not.toBe(first.origin);
  await Promise.all([first.close(), other.close()]);
  const again = await listen(createServer(), { number, otherwise: 'fail' });
  expect(again.origin).toBe(first.origin);
  await again.close();
});
