import { join } from 'node:path';
import type { ProofContext } from '../../kit/proof';
import type { Resource, Sandbox } from '../../sandbox';
import { register } from '../../systems/school-platform/grades';
import { type RunningPlatform, startPlatform } from '../../systems/school-platform/platform';
import { schools } from '../../systems/school-platform/population';
import type { Load, Request } from './load';
import { type DeployedService, deployedService } from './service';

const SCHOOLS = 8;
/** Waits of ECS and of the load balancer pass ten times as fast. */
const SPEED = 10;
const PER_SECOND = 40;
const TASKS = 2;
/** How long a call of DynamoDB takes here, so that requests are in flight at any time. */
const DATABASE_MS = 80;

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
  return {
    ...{ platform, sandbox, grades, echo, migration: resource('Custom::ServiceMigration', '/Echo/') },
    lessons: { origin, perSecond: PER_SECOND, request: (id, number) => lessonRequest(platform, ids[number % ids.length], id, number) },
    reads: {
      ...{ origin, perSecond: PER_SECOND },
      request: (id, number) => ({ method: 'GET', path: `/echo/wait-100/${id}`, headers: bearer(platform, ids[number % ids.length]) }),
    },
  };
}

/** Three writes in ten requests. The Idempotency-Key of a write is its id. */
function lessonRequest(platform: RunningPlatform, school: string, id: string, number: number): Request {
  const teachers = { schools: [school], token: platform.token };
  if (number % 10 < 3) return register(teachers, { school, student: id, course: 'Maths', grade: gradeOf(number), idempotencyKey: id });
  return { method: 'GET', path: `/students/${id}/evaluations`, headers: bearer(platform, school), expected: '"evaluations":[]' };
}

const gradeOf = (number: number) => (number % 21) / 2;

const bearer = (platform: RunningPlatform, school: string) => ({ authorization: `Bearer ${platform.token(school)}` });
