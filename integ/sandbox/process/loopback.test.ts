import { createServer } from 'node:http';
import { listen } from './loopback';

test('if a port is in use, another one is taken or the start fails', async () => {
  const first = await listen(createServer());
  const number = Number(new URL(first.origin).port);
  await expect(listen(createServer(), { number, otherwise: 'fail' })).rejects.toThrow(
    `Port ${number} is in use: choose another one with --port`,
  );
  const other = await listen(createServer(), { number, otherwise: 'another' });
  expect(other.origin).not.toBe(first.origin);
  await Promise.all([first.close(), other.close()]);
  const again = await listen(createServer(), { number, otherwise: 'fail' });
  expect(again.origin).toBe(first.origin);
  await again.close();
});
