import { join } from 'node:path';
import type { ProofContext } from '../../kit/proof';
import type { Resource, Sandbox } from '../../sandbox';
import { register } from '../../systems/school-platform/grades';
import { type RunningPlatform, startPlatform } from '../../systems/school-platform/platform';
import { schools } from '../../systems/school-platform/population';
import { type Load, type Request, warmUp } from './load';
import { type DeployedService, deployedService } from './service';

const SCHOOLS = 8;
/** Waits of ECS and of the load balancer pass four times as fast. */
const SPEED = 4;
const PER_SECOND = 20;
const TASKS = 2;
/** How long a call of DynamoDB takes here, so that requests are in flight at any time. */
const DATABASE_MS = 80;

/** The version in the answer to a write: each time that a grade is recorded, it gets another one. */
const VERSION = '"version":"([^"]+)"';

/** The platform with its two services. */
export interface Place {
  readonly platform: RunningPlatform;
  readonly sandbox: Sandbox;
  readonly grades: DeployedService;
  /** Teachers who register grades, each of another student, and read those of students. */
  readonly lessons: Load;
  readonly echo: DeployedService;
  /** Reads, whose answers have the version of the service. */
  readonly reads: Load;
  readonly migration: Resource;
}

export async function startPlace({ progress, use }: ProofContext): Promise<Place> {
  const ids = schools()
    .slice(0, SCHOOLS)
    .map(({ id }) => id);
  const app = join('integ', 'proofs', 'deploy', 'app.ts');
  const platform = use(await startPlatform({ report: progress.step, schools: ids, app, speed: SPEED }));
  const { sandbox, resource, apiUrl: origin } = platform;
  const service = (path: string) => use(deployedService(sandbox, resource('AWS::ECS::Service', path)));
  const [grades, echo] = [service('/Grades/'), service('/Echo/')];
  sandbox.endpoint.delay('dynamodb', DATABASE_MS);
  for (const one of [grades, echo]) await one.scale(TASKS);
  const lessons = { origin, perSecond: PER_SECOND, request: lessonOf(platform, ids) };
  const reads = { origin, perSecond: PER_SECOND, request: readOf(platform, ids) };
  for (const load of [lessons, reads]) await warmUp(load, SCHOOLS, TASKS);
  const migration = resource('Custom::ServiceMigration', '/Echo/');
  return { platform, sandbox, grades, lessons, echo, reads, migration };
}

/** Three writes in ten requests. The Idempotency-Key of a write is its id. */
function lessonOf(platform: RunningPlatform, schools: readonly string[]): Load['request'] {
  return (id, number) => {
    const school = schools[number % schools.length];
    const grade = (number % 21) / 2;
    if (number % 10 < 3) {
      const write = register({ schools, token: platform.token }, { school, student: id, course: 'Maths', grade, idempotencyKey: id });
      return { ...write, capture: VERSION };
    }
    return { method: 'GET', path: `/students/${id}/evaluations`, headers: bearer(platform, school), expected: '"evaluations":[]' };
  };
}

function readOf(platform: RunningPlatform, schools: readonly string[]): Load['request'] {
  return (id, number): Request => ({
    ...{ method: 'GET', path: `/echo/wait-100/${id}` },
    headers: bearer(platform, schools[number % schools.length]),
  });
}

const bearer = (platform: RunningPlatform, school: string) => ({ authorization: `Bearer ${platform.token(school)}` });
