import type { SandboxContext } from '../../service-module';
import type { LoadBalancer } from './definition';

const SERVICE = 'logdelivery.elasticloadbalancing.amazonaws.com';

/**
 * The accounts of Elastic Load Balancing, which bucket policies of older Regions name. Documented: "Enable access logs"; a test compares them
 * with the CDK's `region-info`.
 */
export const ACCOUNTS: Readonly<Record<string, string>> = {
  'af-south-1': '098369216593',
  'ap-east-1': '754344448648',
  'ap-northeast-1': '582318560864',
  'ap-northeast-2': '600734575887',
  'ap-northeast-3': '383597477331',
  'ap-south-1': '718504428378',
  'ap-southeast-1': '114774131450',
  'ap-southeast-2': '783225319266',
  'ap-southeast-3': '589379963580',
  'ca-central-1': '985666609251',
  'eu-central-1': '054676820928',
  'eu-north-1': '897822967062',
  'eu-south-1': '635631232127',
  'eu-west-1': '156460612806',
  'eu-west-2': '652711504416',
  'eu-west-3': '009996457667',
  'me-south-1': '076674570225',
  'sa-east-1': '507241528517',
  'us-east-1': '127311923021',
  'us-east-2': '033677994240',
  'us-west-1': '027434742980',
  'us-west-2': '797873946194',
};

/** Where the files of a load balancer are, in its bucket. */
export function folderOf({ account, region }: { readonly account: string; readonly region: string }, prefix: string): string {
  return `${prefix === '' ? '' : `${prefix}/`}AWSLogs/${account}/elasticloadbalancing/${region}`;
}

/**
 * Elastic Load Balancing writes a test file when access logs are enabled, as its service or, in older Regions, as its account: a bucket
 * policy may name either. @throws with its message if it may not
 */
export function requireLogPermission({ assembly, endpoint, policies }: SandboxContext, { title, settings }: LoadBalancer): void {
  const { accessLogs } = settings;
  if (!accessLogs) return;
  const resource = `arn:${assembly.partition}:s3:::${accessLogs.bucket}/${folderOf(assembly, accessLogs.prefix)}/2026/01/01/file.log.gz`;
  const check = { action: 's3:PutObject', resource, context: {} };
  const account = ACCOUNTS[assembly.region];
  // Not a denial that is reported: most policies name the service.
  if (account !== undefined && policies.forAccount(account, check) === undefined) return;
  const denied = endpoint.denial({ service: SERVICE }, check);
  if (denied !== undefined) {
    throw new Error(`${title}: Access Denied for bucket: ${accessLogs.bucket}. Please check S3bucket permission (${denied})`);
  }
}
