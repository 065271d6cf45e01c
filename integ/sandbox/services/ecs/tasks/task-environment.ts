import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NetworkInterface } from '../../../contracts';
import type { TaskNetwork } from './task-network';

/** Where a container finds the certificate authorities that it trusts. */
export const AUTHORITIES = '/run/sandbox/authorities.pem';
const SYSTEM_AUTHORITIES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];
const AUTHORITY_VARIABLES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'AWS_CA_BUNDLE'];

export function hostnameOf({ privateIp }: NetworkInterface, region: string): string {
  return `ip-${privateIp.replaceAll('.', '-')}.${region}.compute.internal`;
}

export interface EnvironmentOptions {
  readonly network: TaskNetwork;
  readonly containerId: string;
  readonly region: string;
  /** The file of certificate authorities. */
  readonly authorities: string;
  /** The path of the credentials, for a task with a role. */
  readonly credentialsPath?: string;
}

/**
 * What ECS sets in every container. Documented: "Amazon ECS environment variables", "Task IAM role". Beside it are only the address of the
 * endpoint, and certificates.
 */
export function taskEnvironment({
  network,
  containerId,
  region,
  authorities,
  credentialsPath,
}: EnvironmentOptions): Record<string, string> {
  const { endpointUrl, metadataUrl } = network;
  // SDKs take a path for the usual address only.
  const relative = metadataUrl === 'http://169.254.170.2';
  const credentials: Record<string, string> = relative
    ? { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: credentialsPath ?? '' }
    : { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${metadataUrl}${credentialsPath}` };
  return {
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpointUrl,
    ECS_CONTAINER_METADATA_URI: `${metadataUrl}/v3/${containerId}`,
    ECS_CONTAINER_METADATA_URI_V4: `${metadataUrl}/v4/${containerId}`,
    ...(credentialsPath === undefined ? {} : credentials),
    ...Object.fromEntries(AUTHORITY_VARIABLES.map((name) => [name, authorities])),
  };
}

/** Writes the files that each container of a task sees in place of its image's, by their paths in the container. */
export function writeFiles(
  folder: string,
  names: readonly (readonly [address: string, host: string])[],
  authorities: readonly string[],
): ReadonlyMap<string, string> {
  const hosts = [['127.0.0.1', 'localhost'], ['::1', 'localhost'], ...names];
  const bundle = [
    ...SYSTEM_AUTHORITIES.filter(existsSync)
      .slice(0, 1)
      .map((file) => readFileSync(file, 'utf8')),
    ...authorities,
  ].join('\n');
  const texts = {
    '/etc/hosts': hosts.map((pair) => `${pair.join(' ')}\n`).join(''),
    '/etc/resolv.conf': '# Names are in /etc/hosts.\n',
    [AUTHORITIES]: bundle,
  };
  return new Map(
    Object.entries(texts).map(([path, text]) => {
      const file = join(folder, path.replaceAll('/', '_'));
      writeFileSync(file, text);
      return [path, file];
    }),
  );
}
