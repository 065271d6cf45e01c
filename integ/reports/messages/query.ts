import { sign } from '../../sandbox/testing/sign';

/** Calls an operation of a service by AWS's query protocol. Returns the XML of the answer. @throws with the message of the service */
export type Query = (service: 'sns' | 'monitoring', operation: string, parameters: Readonly<Record<string, string>>) => Promise<string>;

/** Documented: "API versions" of Amazon SNS and Amazon CloudWatch. */
const VERSIONS = { sns: '2010-03-31', monitoring: '2010-08-01' };

/** With the credentials, the Region and the endpoint of the shell, as the AWS CLI reads them from the environment. */
export function queryOf(region: string, env: NodeJS.ProcessEnv = process.env): Query {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error('Missing credentials: run `eval "$(aws configure export-credentials --format env)"` first');
  }
  return async (service, operation, parameters) => {
    const url = new URL(env.AWS_ENDPOINT_URL ?? `https://${service}.${region}.amazonaws.com`);
    const body = new URLSearchParams({ Action: operation, Version: VERSIONS[service], ...parameters }).toString();
    const request = {
      method: 'POST',
      url: '/',
      headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(body),
    };
    const headers = await sign(request, { accessKeyId, secretAccessKey, sessionToken }, { service, region });
    const response = await fetch(url, { method: 'POST', headers, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${operation}: ${textOf(text, 'Message') ?? `status ${response.status}`}`);
    return text;
  };
}

/** The text of the first element of a name; undefined if there is none. */
export function textOf(xml: string, element: string): string | undefined {
  const start = xml.indexOf(`<${element}>`);
  const end = start < 0 ? -1 : xml.indexOf(`</${element}>`, start);
  if (end < 0) return undefined;
  const text = xml.slice(start + element.length + 2, end);
  const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => characters[name]);
}

/** The parts of a list. */
export function membersOf(xml: string): string[] {
  return xml
    .split('<member>')
    .slice(1)
    .map((part) => part.split('</member>')[0]);
}
