import type { Assembly, Network } from '../../contracts';
import type { Hosts } from '../../process/hosts';
import type { FunctionConfiguration } from './configuration';
import type { Ask, Egress, EgressPort } from './egress';

export interface VpcParts {
  readonly assembly: Pick<Assembly, 'region'>;
  readonly egress: Pick<Egress, 'within'>;
  readonly hosts: Hosts;
  network(): Network;
  report(line: string): void;
}

/**
 * The ways out of a function in a VPC, one for each of its subnets, which its environments use in turn. Its network interfaces have no
 * public address. Documented: "Giving Lambda functions access to resources in an Amazon VPC".
 *
 * @throws if subnets or security groups are not in the assembly
 */
export async function openVpc(parts: VpcParts, { id, vpc }: FunctionConfiguration): Promise<readonly EgressPort[]> {
  const { network, egress, report } = parts;
  return Promise.all(
    (vpc?.subnetIds ?? []).map((subnet) => {
      const own = network().attach(id, subnet, vpc?.securityGroupIds ?? []);
      const ask: Ask = (host, request) => {
        const to = isThisMachine(host) ? `${serviceOf(request)}.${parts.assembly.region}.amazonaws.com` : host;
        const why = network().blocked(own, { host: to }, portOf(parts.hosts, to));
        if (why !== undefined) report(why);
        return why;
      };
      return egress.within(ask);
    }),
  );
}

const isThisMachine = (host: string) => host === '127.0.0.1' || host === 'localhost';

/** Hosts of AWS are called with TLS. */
function portOf(hosts: Hosts, host: string): number {
  const mapped = [...hosts.keys()].map((origin) => new URL(origin)).find(({ hostname }) => hostname === host);
  return Number(mapped?.port) || (mapped?.protocol === 'http:' ? 80 : 443);
}

/** The service that a request is for, from its signature; else from its target, which unsigned calls of user pools have. */
function serviceOf({ headers, url }: Parameters<Ask>[1]): string {
  const signed = /Credential=([^,\s]+)/.exec(String(headers.authorization))?.[1];
  const presigned = new URLSearchParams(url?.split('?')[1]).get('X-Amz-Credential');
  const unsigned = String(headers['x-amz-target']).includes('CognitoIdentityProvider') ? 'cognito-idp' : 'sts';
  // <access key>/<date>/<Region>/<service>/aws4_request
  return (signed ?? presigned)?.split('/')[3] ?? unsigned;
}
