import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Sandbox } from '../../sandbox';

const INTERVAL_MS = 250;

/** What the client of an AWS service needs to call the sandbox as its administrator. */
export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** A running app as its users see it: outputs, HTTP, and AWS services as an administrator. */
export interface RunningApp {
  readonly sandbox: Sandbox;
  /** Settings for the client of any AWS service: `new SQSClient(app.aws)`. */
  readonly aws: ClientSettings;
  /** The value of the stack output whose name starts with this, with addresses of this machine instead of those on AWS. */
  output(name: string): string;
  /** @param url an output's value and a path */
  http(url: string, options?: RequestInit): Promise<HttpAnswer>;
  /** An operation of a service with a JSON protocol, for which this repository has no client: `AWSStepFunctions.StartExecution`. */
  call(service: string, target: string, input: object): Promise<Record<string, unknown>>;
  /** An operation of a service with the query protocol, for which this repository has no client. Returns the XML of the response. */
  query(service: string, parameters: Readonly<Record<string, string>>): Promise<string>;
  /** Invokes a function and returns its result. */
  invoke(functionName: string, event?: object): Promise<unknown>;
  /** Reads until the answer is not undefined, for what happens after a while. The time limit of a question ends it. */
  eventually<T>(read: () => Promise<T | undefined>): Promise<T>;
}

export function runningApp(sandbox: Sandbox): RunningApp {
  const { accessKeyId, secretAccessKey } = sandbox.endpoint.administrator();
  const aws = { endpoint: sandbox.endpoint.url, region: sandbox.assembly.region, credentials: { accessKeyId, secretAccessKey } };
  const lambda = new LambdaClient(aws);
  return {
    sandbox,
    aws,
    output(name) {
      const { assembly } = sandbox;
      // Only its parent reads the outputs of a nested stack.
      const all = assembly.stacks.filter((stack) => !stack.includes('.')).flatMap((stack) => Object.entries(assembly.outputs(stack)));
      const found = all.find(([key]) => key.startsWith(name));
      if (found === undefined) throw new Error(`Found no output '${name}': expected one of ${all.map(([key]) => key).join(', ')}`);
      return local(sandbox, String(found[1]));
    },
    async http(url, options) {
      const response = await fetch(url, options);
      return { status: response.status, body: await response.text() };
    },
    async call(service, target, input) {
      const { status, body } = await sandbox.endpoint.call({
        ...{ service, method: 'POST', url: '/', region: aws.region, credentials: sandbox.endpoint.administrator() },
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target },
        body: Buffer.from(JSON.stringify(input)),
      });
      if (status !== 200) throw new Error(`${target} returns ${status}: ${body}`);
      return JSON.parse(body.toString()) as Record<string, unknown>;
    },
    async query(service, parameters) {
      const { status, body } = await sandbox.endpoint.call({
        ...{ service, method: 'POST', url: '/', region: aws.region, credentials: sandbox.endpoint.administrator() },
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.from(new URLSearchParams(parameters).toString()),
      });
      if (status !== 200) throw new Error(`${parameters.Action} returns ${status}: ${body}`);
      return String(body);
    },
    async invoke(functionName, event = {}) {
      const { Payload, FunctionError } = await lambda.send(
        new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) }),
      );
      const result = Buffer.from(Payload ?? []).toString();
      if (FunctionError !== undefined) throw new Error(`${functionName} failed: ${result}`);
      return JSON.parse(result);
    },
    async eventually(read) {
      for (;;) {
        const answer = await read();
        if (answer !== undefined) return answer;
        await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
      }
    },
  };
}

/** Replaces the addresses of APIs, load balancers and queues on AWS with those on this machine. */
function local({ restApis, loadBalancers, assembly, endpoint }: Sandbox, value: string): string {
  const addresses: [string, string][] = [
    ...restApis.apis.map(({ publicUrl, url }): [string, string] => [publicUrl, url]),
    ...loadBalancers.running.flatMap(({ dnsName, listeners }) =>
      listeners.flatMap(({ port, url }): [string, string][] =>
        url === undefined ? [] : [[`${port === 443 ? 'https' : 'http'}://${dnsName}`, url]],
      ),
    ),
    [`https://sqs.${assembly.region}.amazonaws.com/`, `${endpoint.url}/`],
  ];
  return addresses.reduce((text, [onAws, here]) => text.replaceAll(onAws, here), value);
}
