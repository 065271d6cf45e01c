import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generator } from '../random';
import { evenArrivals, randomArrivals } from './arrivals';
import { type Load, type LoadClient, type PlannedRequest, startBareServer, startLoadClient } from './load-client';
import { errorCount, errorsByKind, percentiles } from './summary';

let client: LoadClient;
let server: Server;
let origin: string;
/** When requests of the path `/stalls` are answered: some time after the first of them. */
let stalledUntil: number | undefined;
const STALL_MS = 1_200;

beforeAll(async () => {
  client = startLoadClient();
  server = createServer((request, response) => {
    if (request.url === '/never') return;
    if (request.url === '/reset') {
      request.socket.destroy();
      return;
    }
    const answer = () => response.writeHead(request.url === '/fails' ? 503 : 200).end('{"evaluations":[]}');
    if (request.url !== '/stalls') {
      answer();
      return;
    }
    stalledUntil ??= Date.now() + STALL_MS;
    setTimeout(answer, Math.max(stalledUntil - Date.now(), 0));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  client.close();
  server.closeAllConnections();
  server.close();
});

const load = (arrivals: readonly number[], path: string, more: Partial<PlannedRequest> & Partial<Load> = {}): Load => {
  const { timeoutMs, ...request } = more;
  return { origin, timeoutMs, requests: arrivals.map((dueMs) => ({ dueMs, method: 'GET', path, headers: {}, ...request })) };
};

test('requests are sent on schedule, although none is answered in the meantime', async () => {
  const answers = await client.send(load(evenArrivals(100, 1), '/stalls'));
  // Each request waits until the stall ends: a generator that waits for answers, or that measures from when it sends, would show one slow
  // request, or none.
  expect(answers).toHaveLength(100);
  const [first, last] = [answers[0], answers[99]];
  expect(first.milliseconds).toBeGreaterThan(STALL_MS - 50);
  expect(first.milliseconds - last.milliseconds).toBeGreaterThan(500);
  expect(percentiles(answers).p50).toBeGreaterThan(400);
});

test('a request that the generator sends late counts from when it was due', async () => {
  // All are due at once, half a second ago.
  const answers = await client.send(load(Array(20).fill(-500), '/'));
  for (const { milliseconds, lateMs } of answers) {
    expect(lateMs).toBeGreaterThan(450);
    expect(milliseconds).toBeGreaterThanOrEqual(lateMs);
  }
});

test('failures are counted by kind, and none is left out', async () => {
  const answers = [
    ...(await client.send(load([0, 10], '/fails'))),
    ...(await client.send(load([0], '/never', { timeoutMs: 100 }))),
    ...(await client.send(load([0], '/reset'))),
    ...(await client.send(load([0], '/', { expected: '"evaluations":[{' }))),
    ...(await client.send(load([0], '/', { expected: '"evaluations":[' }))),
  ];
  expect(errorsByKind(answers)).toEqual({ 'status 503': 2, timeout: 1, ECONNRESET: 1, 'unexpected body': 1 });
  expect(errorCount(answers)).toBe(5);
  // A timeout counts with the time that it took.
  expect(Math.max(...answers.map(({ milliseconds }) => milliseconds))).toBeGreaterThanOrEqual(100);
});

test('a part of the response is kept, where the plan asks for it', async () => {
  const captures = ['"(eval[a-z]+)"', '"(grades)"', undefined];
  const answers = [];
  for (const capture of captures) answers.push(...(await client.send(load([0], '/', { capture }))));
  expect(answers.map(({ captured }) => captured)).toEqual(['evaluations', undefined, undefined]);
});

test('two loads at once get their own answers', async () => {
  const [fails, works] = await Promise.all([
    client.send(load(evenArrivals(50, 1), '/fails')),
    client.send(load(evenArrivals(20, 0.5), '/')),
  ]);
  expect([fails.map(({ status }) => status), works.map(({ status }) => status)]).toEqual([Array(50).fill(503), Array(10).fill(200)]);
});

test('without a server, each request fails', async () => {
  const bare = await startBareServer();
  const requests = load([0, 5, 10], '/').requests;
  expect(errorCount(await client.send({ origin: bare.origin, requests }))).toBe(0);
  bare.close();
  await new Promise((closed) => setTimeout(closed, 300));
  const kinds = errorsByKind(await client.send({ origin: bare.origin, requests }));
  expect(Object.values(kinds).reduce((sum, count) => sum + count, 0)).toBe(3);
});

test('answers are reported while the load runs', async () => {
  const seen: number[] = [];
  const started = Date.now();
  let firstAfter = Number.POSITIVE_INFINITY;
  await client.send(load(evenArrivals(20, 1), '/'), ({ index }) => {
    firstAfter = Math.min(firstAfter, Date.now() - started);
    seen.push(index);
  });
  expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect(firstAfter).toBeLessThan(900);
});

test('a load can end early', async () => {
  const answered = client.send(load(evenArrivals(20, 60), '/'));
  await new Promise((wake) => setTimeout(wake, 500));
  client.stop();
  const answers = await answered;
  expect(answers.length).toBeGreaterThan(0);
  expect(answers.length).toBeLessThan(200);
  expect(await client.send(load([0], '/'))).toHaveLength(1);
});

describe('arrivals', () => {
  test('even arrivals have one interval', () => {
    expect(evenArrivals(4, 1)).toEqual([0, 250, 500, 750]);
  });

  test('random arrivals have the exact number, in order, with the variance of a Poisson process', () => {
    const arrivals = randomArrivals(100, 200, generator(1));
    expect(arrivals).toHaveLength(20_000);
    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
    const perSecond = Array<number>(200).fill(0);
    for (const at of arrivals) perSecond[Math.floor(at / 1000)]++;
    const variance = perSecond.reduce((sum, count) => sum + (count - 100) ** 2, 0) / 200;
    expect(variance).toBeGreaterThan(70);
    expect(variance).toBeLessThan(140);
    expect(randomArrivals(100, 200, generator(1))).toEqual(arrivals);
  });
});
