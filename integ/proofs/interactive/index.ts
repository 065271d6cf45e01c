import { availableParallelism, loadavg } from 'node:os';
import { randomArrivals } from '../../kit/load/arrivals';
import { type Answer, type Load, startBareServer, startLoadClient } from '../../kit/load/load-client';
import { sentRate } from '../../kit/load/sent-rate';
import { errorCount, errorsByKind, percentiles } from '../../kit/load/summary';
import { proof } from '../../kit/proof';
import { generator } from '../../kit/random';
import { programOf, residentMegabytes } from '../../kit/resident-memory';
import { scaleService } from '../../kit/scale-service';
import { quantile, round } from '../../kit/statistics';
import { firstLesson, lesson } from '../../systems/school-platform/grades';
import { startPlatform } from '../../systems/school-platform/platform';
import { schools } from '../../systems/school-platform/population';
import { ONE_ROLE_PREFIX } from './one-role';
import { compare, isAsFast, type Round, rounds } from './pairs';
import { type Traffic, type TrafficWatch, watchTraffic } from './traffic';

/** The load that is promised, and what is planned for it: a request that is a little late lengthens the time. */
const PROMISED_PER_SECOND = 100;
const PER_SECOND = 102;
const WARM_UP_SECONDS = 10;
const SECONDS = 60;
const ROUNDS = 12;
const ROUND_SECONDS = 10;
const SEED = 1;
const TASKS = 2;
const LIMIT_MS = 120;
/** How late the generator may send a request, except for one in a hundred: latencies count from when it was due, so they contain this. */
const MOST_LATE_MS = 50;
/** Less than half of the task's memory. */
const MOST_RESIDENT_MB = 120;
const SETTLE_TIMEOUT_MS = 3_000;

/**
 * `npx projen prove interactive`: teachers of 40 schools work in class, through gateway, authorizer, VPC link, load balancer, service and
 * endpoint to DynamoDB Local. Then windows of the same load alternate between the service as it is and one without tenant isolation.
 */
export default proof(
  'interactive',
  { shows: 'Teachers of 40 schools get answers within 120 ms; tenant isolation adds at most a tenth, or 3 ms', minutes: 25 },
  async ({ progress, use }) => {
    const all = schools().map(({ id }) => id);
    const platform = use(await startPlatform({ report: progress.step, app: 'integ/proofs/interactive/app.ts' }));
    progress.step(`starting ${TASKS} tasks of each service, the least that its scaling has`);
    for (const path of ['/Grades/', '/WithoutIsolation/']) {
      await scaleService(platform.sandbox, platform.resource('AWS::ECS::Service', path), TASKS);
    }
    const client = use(startLoadClient());
    const random = generator(SEED);
    const tableArn = platform.sandbox.assembly.attribute(platform.resource('AWS::DynamoDB::Table', '/Data/'), 'Arn');
    const traffic = use(watchTraffic(platform.sandbox, tableArn));
    const teachers = { schools: all, token: platform.token };
    const without = { ...teachers, prefix: ONE_ROLE_PREFIX };
    const origin = platform.apiUrl;
    const loaded = (of: typeof teachers, name: string, seconds: number, seed = Math.floor(random() * 2 ** 31)) => {
      const numbers = generator(seed);
      return { origin, requests: lesson(of, { arrivals: randomArrivals(PER_SECOND, seconds, numbers), random: numbers, name }) };
    };

    const anonymous = await fetch(`${origin}/students`);
    progress.step('what the load generator costs: the same load on a server that answers at once');
    const bare = use(await startBareServer());
    const harness = await client.send(withoutExpectations({ ...loaded(teachers, 'harness', ROUND_SECONDS), origin: bare.origin }));

    progress.step(`registering a class of each of ${all.length} schools, and warming up for ${WARM_UP_SECONDS} s`);
    const first = await client.send({ origin, requests: firstLesson(teachers, PER_SECOND) });
    const warmUp = [
      ...(await client.send(loaded(without, 'warm-up-one-role', WARM_UP_SECONDS))),
      ...(await client.send(loaded(teachers, 'warm-up', WARM_UP_SECONDS))),
    ];
    const prepared = errorsByKind([...first, ...warmUp]);
    traffic.taken();

    progress.step(`${PER_SECOND} requests per second for ${SECONDS} s`);
    const [loadBefore] = loadavg();
    const load = loaded(teachers, 'measured', SECONDS);
    const measured = await client.send(load);
    const path = await settled(traffic, measured.length);

    progress.step(`${ROUNDS} rounds of three windows of ${ROUND_SECONDS} s: with isolation, once more, and with one role for all schools`);
    const { p95s, answers, traffics } = await runRounds();
    const [loadAfter] = loadavg();
    const resident = platform.sandbox.containerServices
      .tasks(platform.sandbox.assembly.ref(platform.resource('AWS::ECS::Service', '/Grades/')))
      .map((task) => residentMegabytes(programOf(task, 'service')));
    const rate = sentRate(load.requests, measured, SECONDS);
    const [isolation, again] = [compare(p95s, 'isolated', 'oneRole'), compare(p95s, 'again', 'isolated')];
    const late = round(
      quantile(
        measured.map(({ lateMs }) => lateMs),
        0.99,
      ),
      1,
    );
    return {
      figures: {
        rate: round(rate, 1),
        requests: measured.length,
        errors: errorCount(measured),
        ...percentiles(measured),
        errorsByKind: errorsByKind(measured),
        path,
        isolation: { ...isolation, windows: answers.length / (PER_SECOND * ROUND_SECONDS), errors: errorsByKind(answers) },
        sameAgain: again,
        windowsP95: p95s,
        sessions: { isolated: traffics.isolated, oneRole: traffics.oneRole },
        harness: { ...percentiles(harness), lateP99: late },
        residentMB: resident.map(Math.round),
        preparation: prepared,
        machine: { cores: availableParallelism(), loadBefore: round(loadBefore), loadAfter: round(loadAfter) },
      },
      promises: {
        'without a token, nothing is answered': anonymous.status === 401,
        'the preparation has no errors': Object.keys(prepared).length === 0,
        'no request fails': errorCount(measured) === 0 && errorCount(answers) === 0,
        [`the load is at least ${PROMISED_PER_SECOND} requests per second`]: rate >= PROMISED_PER_SECOND,
        [`99 % of the requests are sent at most ${MOST_LATE_MS} ms late`]: late <= MOST_LATE_MS,
        'each request passes the load balancer and calls the table': path.balanced === measured.length && path.calls >= measured.length,
        [`each process of the service has less than ${MOST_RESIDENT_MB} MB at the end`]:
          resident.length === TASKS && resident.every((megabytes) => megabytes < MOST_RESIDENT_MB),
        [`p95 is under ${LIMIT_MS} ms`]: percentiles(measured).p95 < LIMIT_MS,
        'with isolation, each school has sessions of its own, of one role':
          traffics.isolated.roles.length === 1 && traffics.isolated.sessions === all.length,
        // One session for each task.
        'without it, another role is that of all schools':
          traffics.oneRole.roles.length === 1 && traffics.oneRole.sessions === TASKS && !sharesRole(traffics),
        'isolation makes p95 at most a tenth, or 3 ms, longer': isAsFast(isolation),
      },
    };

    async function runRounds() {
      const p95s: Round[] = [];
      const answers: Answer[] = [];
      const traffics = { isolated: traffic.taken(), oneRole: traffic.taken() };
      for (const [number, arms] of rounds(ROUNDS, random).entries()) {
        const p95 = { isolated: 0, again: 0, oneRole: 0 };
        // The same requests at the same times in all windows of a round.
        const seed = Math.floor(random() * 2 ** 31);
        for (const arm of arms) {
          const sent = await client.send(loaded(arm === 'oneRole' ? without : teachers, `${arm}-${number}`, ROUND_SECONDS, seed));
          p95[arm] = percentiles(sent).p95;
          answers.push(...sent);
          const taken = await settled(traffic, sent.length);
          if (arm !== 'again') traffics[arm] = taken;
        }
        p95s.push(p95);
        progress.count('rounds', number + 1, ROUNDS);
      }
      return { p95s, answers, traffics };
    }
  },
);

/** A server that answers at once does not return what the service would. */
function withoutExpectations({ origin, requests }: Load): Load {
  return { origin, requests: requests.map(({ expected: _, ...request }) => request) };
}

/** Waits until the load balancers have logged all requests, at most a few seconds. */
async function settled(watch: TrafficWatch, expected: number): Promise<Traffic> {
  const deadline = Date.now() + SETTLE_TIMEOUT_MS;
  while (watch.balanced() < expected && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 50));
  return watch.taken();
}

function sharesRole({ isolated, oneRole }: Readonly<Record<'isolated' | 'oneRole', Traffic>>): boolean {
  return isolated.roles.some((role) => oneRole.roles.includes(role));
}
