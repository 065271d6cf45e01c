import type { Credentials, Endpoint, JsonObject } from '../contracts';
import { ServiceError } from '../protocol/service-error';

/** Calls services at the endpoint with the permissions of a role. */
export interface ServiceCaller {
  /** The credentials of the role, renewed after half of their lifetime. @throws if the role does not trust the service */
  credentials(): Credentials;
  /** @throws ServiceError with the service's code and message */
  json(service: string, target: string, operation: string, input: JsonObject): Promise<JsonObject>;
  /** A request that is not AWS JSON. @throws ServiceError for a status of 400 or more */
  send(service: string, request: Sent): Promise<Reply>;
}

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

interface Reply {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ServiceRole {
  readonly roleArn: string;
  /** The service that assumes the role: `pipes.amazonaws.com`. */
  readonly service: string;
  readonly sessionName: string;
  /** For a trust policy with `aws:SourceArn`. */
  readonly sourceArn?: string;
}

type Owner = Pick<Endpoint, 'call' | 'assumeAsService'>;

export function roleCaller(endpoint: Owner, region: string, { roleArn, service, sessionName, sourceArn }: ServiceRole): ServiceCaller {
  let current: Credentials | undefined;
  let renewAt = 0;
  return callerWith(endpoint, region, () => {
    if (current === undefined || Date.now() > renewAt) {
      current = endpoint.assumeAsService(roleArn, service, sessionName, sourceArn);
      renewAt = Date.now() + ((current.expiration ?? Number.POSITIVE_INFINITY) - Date.now()) / 2;
    }
    return current;
  });
}

/** A caller with given credentials. */
export function callerWith(endpoint: Pick<Endpoint, 'call'>, region: string, credentials: () => Credentials): ServiceCaller {
  return {
    credentials,
    async json(service, target, operation, input) {
      const { status, body } = await endpoint.call({
        ...{ service, method: 'POST', url: '/', region, credentials: credentials() },
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${target}.${operation}` },
        body: Buffer.from(JSON.stringify(input)),
      });
      const output = JSON.parse(body.toString() || '{}') as JsonObject;
      if (status === 200) return output;
      throw new ServiceError(String(output.__type).replace(/^.*#/, ''), String(output.message ?? output.Message ?? ''), status);
    },
    async send(service, { method, url, headers = {}, body = '' }) {
      const reply = await endpoint.call({
        ...{ service, method, url, region, credentials: credentials(), headers },
        body: Buffer.from(body),
      });
      const content = Buffer.from(reply.body);
      if (reply.status < 400) return { headers: reply.headers, body: content };
      const text = content.toString();
      const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? reply.headers['X-Amzn-ErrorType'] ?? String(reply.status);
      throw new ServiceError(code, /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? text, reply.status);
    },
  };
}
