import { createServer } from 'node:http';
import { listen } from '../../process/loopback';
import { openEgress } from './egress';

test('a host that was forwarded elsewhere for a while is forwarded as before afterwards', async () => {
  const serve = (text: string) => listen(createServer((_, outgoing) => outgoing.end(text)));
  const [endpoint, first, second] = await Promise.all(['endpoint', 'first', 'second'].map(serve));
  const egress = await openEgress(endpoint.origin);
  const answer = async () => (await fetch(egress.url, { headers: { 'x-sandbox-host': 'keys.example' } })).text();
  try {
    const end = egress.forward('keys.example', first.origin);
    const endSecond = egress.forward('keys.example', second.origin);
    expect(await answer()).toBe('second');
    endSecond();
    expect(await answer()).toBe('first');
    end();
    expect(await answer()).toBe('endpoint');
  } finally {
    await Promise.all([egress, endpoint, first, second].map((one) => one.close()));
  }
});
