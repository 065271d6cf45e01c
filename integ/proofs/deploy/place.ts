import { join } from 'node:path';
import type { ProofContext } from '../../kit/proof';
import type { Sandbox } from '../../sandbox';
import { startPlatform } from '../../systems/school-platform/platform';
import { schools } from '../../systems/school-platform/population';
import type { Load } from './load';
import { type DeployedService, deployedService } from './service';

const SCHOOLS = 8;
/** Waits of ECS and of the load balancer pass ten times as fast. */
const SPEED = 10;
const PER_SECOND = 40;
const WAIT_MS = 200;

/** The platform with the service that is deployed and killed. */
export interface Place {
  readonly sandbox: Sandbox;
  readonly service: DeployedService;
  readonly load: Load;
  /** The log group of the load balancer. */
  readonly accessLog: string;
}

export async function startPlace({ progress, use }: ProofContext): Promise<Place> {
  const ids = schools()
    .slice(0, SCHOOLS)
    .map(({ id }) => id);
  const app = join('integ', 'proofs', 'deploy', 'app.ts');
  const platform = use(await startPlatform({ report: progress.step, schools: ids, app, speed: SPEED }));
  const { sandbox, resource } = platform;
  const service = use(
    deployedService(sandbox, {
      service: resource('AWS::ECS::Service', '/Echo/'),
      targetGroup: resource('AWS::ElasticLoadBalancingV2::TargetGroup', '/Echo/'),
      migration: resource('Custom::ServiceMigration', '/Echo/'),
      port: 8080,
    }),
  );
  const tokens = ids.map((id) => platform.token(id));
  return {
    ...{ sandbox, service, accessLog: '/aws/elasticloadbalancing/echo/access' },
    load: { url: `${platform.apiUrl}/echo`, tokens, perSecond: PER_SECOND, wait: WAIT_MS },
  };
}
