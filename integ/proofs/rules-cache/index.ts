import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { eachOf } from '../../kit/each-of';
import { proof } from '../../kit/proof';
import { scaleService } from '../../kit/scale-service';
import { round } from '../../kit/statistics';
import type { Sandbox } from '../../sandbox';
import { register } from '../../systems/school-platform/grades';
import { startPlatform } from '../../systems/school-platform/platform';
import { countReads, type RulesRead } from './count-reads';
import { MAX_AGE_SECONDS } from './max-age';

const SCHOOLS = ['school-01', 'school-02', 'school-03', 'school-04', 'school-05'];
const PROCESSES = 2;
/** Each period begins when the rules of the period before have expired. */
const PERIODS = 5;
const GRADES_PER_PERIOD = 2_000;
const AT_ONCE = 16;
/** More than it takes until each process has read the rules of each school, and less than the rules take to expire. */
const MOST_TURNS = 20;
/** For the time from a process to the endpoint, which differs between two reads. */
const TOLERANCE_SECONDS = 2;
/** The highest grade of the rules, and a grade that the lowered rules do not allow. */
const [MAXIMUM, LOWERED, GRADE] = [10, 5, 7.5];

/** `npx projen prove rules-cache`: registers 10,000 grades in several processes, while the grading rules expire several times. */
export default proof(
  'rules-cache',
  { shows: 'For 10,000 grades, the grading rules of a school are read once per expiry and process', minutes: 15 },
  async ({ progress, use }) => {
    const platform = use(await startPlatform({ report: progress.step, schools: SCHOOLS, app: 'integ/proofs/rules-cache/app.ts' }));
    const { sandbox, tableName, apiUrl, token } = platform;
    progress.step(`starting ${PROCESSES} tasks of the service, each one process`);
    await scaleService(sandbox, platform.resource('AWS::ECS::Service', '/Grades/'), PROCESSES);
    await setRules(sandbox, tableName, MAXIMUM);
    const calls = watchCalls(sandbox);

    const statuses: Record<string, number> = {};
    const registered = async (name: string, count: number) => {
      const found: Record<string, number> = {};
      await eachOf(
        Array.from({ length: count }, (_, number) => number),
        AT_ONCE,
        async (number) => {
          const school = SCHOOLS[number % SCHOOLS.length];
          const grade = { school, student: `student-${number % 25}`, course: 'Maths', grade: GRADE, idempotencyKey: `${name}-${number}` };
          const { method, path, headers, body } = register({ schools: SCHOOLS, token }, grade);
          const response = await fetch(`${apiUrl}${path}`, { method, headers, body });
          await response.arrayBuffer();
          found[response.status] = (found[response.status] ?? 0) + 1;
        },
      );
      return found;
    };
    const expiry = (since: number) => wait(since + (MAX_AGE_SECONDS + TOLERANCE_SECONDS) * 1_000 - Date.now());

    for (let period = 0; period < PERIODS; period++) {
      const found = await registered(`period-${period}`, GRADES_PER_PERIOD);
      for (const [status, count] of Object.entries(found)) statuses[status] = (statuses[status] ?? 0) + count;
      progress.count('grades', (period + 1) * GRADES_PER_PERIOD, PERIODS * GRADES_PER_PERIOD);
      if (period < PERIODS - 1) await expiry(calls.lastRead());
    }
    const { reads, processes, perProcess, shortestSeconds } = countReads(calls.reads, SCHOOLS);
    const { writes } = calls;

    progress.step('changing the rules: the new ones apply when those in memory have expired');
    const few = SCHOOLS.length * PROCESSES * 2;
    await expiry(calls.lastRead());
    const [since, pairs] = [calls.reads.length, SCHOOLS.length * PROCESSES];
    // The load balancer decides which process gets a request: until each has the rules of each school in memory.
    for (let turn = 0; turn < MOST_TURNS && pairsIn(calls.reads.slice(since)) < pairs; turn++) await registered(`before-${turn}`, few);
    const inEachProcess = pairsIn(calls.reads.slice(since)) === pairs;
    await setRules(sandbox, tableName, LOWERED);
    const inMemory = await registered('in-memory', few);
    await expiry(calls.lastRead());
    const expired = await registered('expired', few);

    return {
      figures: {
        grades: PERIODS * GRADES_PER_PERIOD,
        statuses,
        writes,
        schools: SCHOOLS.length,
        processes,
        expirySeconds: MAX_AGE_SECONDS,
        rulesReads: reads,
        readsPerSchoolAndProcess: perProcess,
        shortestSecondsBetweenReads: shortestSeconds === undefined ? undefined : round(shortestSeconds, 1),
        changedRules: { inMemory, expired },
      },
      promises: {
        'every grade is registered': statuses[200] === PERIODS * GRADES_PER_PERIOD && writes >= PERIODS * GRADES_PER_PERIOD,
        [`${PROCESSES} processes register grades`]: processes === PROCESSES,
        'each process reads the rules of a school again after each expiry': perProcess[0] >= PERIODS,
        'no process reads the rules of a school before they expire': (shortestSeconds ?? 0) >= MAX_AGE_SECONDS - TOLERANCE_SECONDS,
        'rules in memory are used until they expire': inEachProcess && inMemory[200] === few,
        'then the new rules apply': expired[400] === few,
      },
    };
  },
);

/** The calls to the rules of schools, and the number of grades that are written. */
function watchCalls({ endpoint }: Sandbox): { readonly reads: readonly RulesRead[]; readonly writes: number; lastRead(): number } {
  const reads: RulesRead[] = [];
  let writes = 0;
  const administrator = endpoint.administrator().accessKeyId;
  endpoint.onCall(({ service, operation, accessKeyId, checks }) => {
    if (service !== 'dynamodb' || accessKeyId === administrator) return;
    if (operation === 'TransactWriteItems') writes++;
    for (const key of checks.flatMap(({ context }) => context['dynamodb:LeadingKeys'] ?? [])) {
      const [school, kind] = key.split('#');
      if (kind === 'RULES') reads.push({ school, session: accessKeyId, at: Date.now() });
    }
  });
  return {
    reads,
    get writes() {
      return writes;
    },
    lastRead: () => Math.max(0, ...reads.map(({ at }) => at)),
  };
}

/** As an administrator of the platform sets them for each school. */
async function setRules({ assembly, endpoint }: Sandbox, tableName: string, maximum: number): Promise<void> {
  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  const dynamodb = new DynamoDBClient({ endpoint: endpoint.url, region: assembly.region, credentials: { accessKeyId, secretAccessKey } });
  try {
    for (const school of SCHOOLS) {
      const Item = { pk: { S: `${school}#RULES` }, sk: { S: 'GRADING' }, maximum: { N: String(maximum) } };
      await dynamodb.send(new PutItemCommand({ TableName: tableName, Item }));
    }
  } finally {
    dynamodb.destroy();
  }
}

/** The schools and processes, counted together, whose rules were read. */
function pairsIn(reads: readonly RulesRead[]): number {
  return new Set(reads.map(({ school, session }) => `${school} ${session}`)).size;
}

async function wait(milliseconds: number): Promise<void> {
  await new Promise((wake) => setTimeout(wake, Math.max(milliseconds, 0)));
}
