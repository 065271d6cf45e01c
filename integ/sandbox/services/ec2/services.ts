/**
 * The service of a host name, as VPC endpoints and prefix lists name it: `com.amazonaws.us-east-1.sqs` of `sqs.us-east-1.amazonaws.com` and
 * of `queue.sqs.us-east-1.amazonaws.com`. A service with two labels has them in reverse in its host name: `ecr.api` is `api.ecr.<region>`.
 */
export function isHostOf(serviceName: string, host: string, region: string): boolean {
  if (serviceName === 'com.amazonaws.global.cloudfront.origin-facing') return host.endsWith('.cloudfront.net');
  const prefix = `com.amazonaws.${region}.`;
  if (!serviceName.startsWith(prefix)) return false;
  const names = [serviceName.slice(prefix.length).split('.').reverse().join('.'), ...(serviceName.endsWith('.dynamodb') ? ['ddb'] : [])];
  return names.some((name) => ['amazonaws.com', 'api.aws'].some((domain) => isWithin(host, `${name}.${region}.${domain}`)));
}

function isWithin(host: string, name: string): boolean {
  return host === name || host.endsWith(`.${name}`);
}
