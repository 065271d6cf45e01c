import { type AppClient, appClientsOf, signInPage } from './app-clients';
import type { Json, Sandbox } from './contracts';
import type { RunAccess } from './token';

/** What a user needs to use a running sandbox: endpoints, names, and the stack outputs with local addresses. */
export function describeSandbox(sandbox: Sandbox): string {
  const { assembly, endpoint, restApis, loadBalancers, containerServices } = sandbox;
  const lines: string[] = [];
  const section = (title: string, entries: readonly (readonly [string, string])[]) => {
    if (entries.length > 0) {
      const width = Math.max(...entries.map(([name]) => name.length));
      lines.push('', title, ...entries.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`));
    }
  };
  const title = (resource: { path?: string; id: string }) => (resource.path ?? resource.id).replace(/\/Resource$/, '');
  const named = (...types: string[]) =>
    types.flatMap((type) => assembly.ofType(type)).map((resource) => [title(resource), assembly.ref(resource)] as const);

  section(
    'APIs',
    restApis.apis.map(({ restApiId, stage, url }) => {
      const api = assembly.ofType('AWS::ApiGateway::RestApi').find((resource) => assembly.ref(resource) === restApiId);
      return [`${api === undefined ? restApiId : title(api)}, stage ${stage}`, url] as const;
    }),
  );
  section(
    'Load balancers',
    loadBalancers.running.flatMap(({ name, dnsName, listeners }) =>
      listeners.map(({ port, url }) => [`${name}, port ${port}`, url ?? `${dnsName}, in its VPC only`] as const),
    ),
  );
  section(
    'Container services',
    assembly.ofType('AWS::ECS::Service').map((service) => {
      const tasks = containerServices.tasks(assembly.ref(service)).length;
      return [title(service), `${tasks} ${tasks === 1 ? 'task' : 'tasks'}`] as const;
    }),
  );
  section(
    'Queues',
    named('AWS::SQS::Queue').map(([name, url]) => [name, local(url)] as const),
  );
  section('Tables', named('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'));
  section('Functions', named('AWS::Lambda::Function'));
  section(
    'User pools',
    appClientsOf(sandbox).map((client) => [`${client.poolName}, client ${client.clientId}`, describeClient(client)] as const),
  );
  section('All services', [['AWS_ENDPOINT_URL', endpoint.url]]);
  section(
    'Outputs',
    assembly.stacks.flatMap((stack) => outputs(stack)),
  );
  return lines.join('\n').trim();

  function outputs(stack: string): [string, string][] {
    // Only its parent reads the outputs of a nested stack.
    return stack.includes('.') ? [] : Object.entries(outputsOf(stack)).map(([name, value]) => [`${stack}.${name}`, local(value)]);
  }

  function outputsOf(stack: string): Record<string, Json> {
    try {
      return assembly.outputs(stack);
    } catch (error) {
      return { '': (error as Error).message };
    }
  }

  /** Replaces addresses on AWS with local ones: an API's URL with the gateway's, and the host of a queue URL with the endpoint's. */
  function local(value: Json): string {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return restApis.apis
      .reduce((result, { publicUrl, url }) => result.replaceAll(publicUrl, url), text)
      .replaceAll(`https://sqs.${assembly.region}.amazonaws.com/`, `${endpoint.url}/`);
  }
}

function describeClient(client: AppClient): string {
  const page = signInPage(client);
  return `${client.userPoolId}, ${page === undefined ? `no sign-in page; keys at ${client.poolUrl}/${client.userPoolId}/.well-known/jwks.json` : `sign-in page ${page}`}`;
}

/** One command per app client that stores the token of a test user in a shell variable. */
export function tokenCommands(clients: readonly AppClient[], folder: string): string {
  return clients.map(({ clientId }) => `TOKEN=$(npx projen sandbox token ${folder} --client ${clientId})`).join('\n');
}

/** What the token command needs from a run. */
export function accessOf(sandbox: Sandbox): RunAccess {
  const { assembly, endpoint } = sandbox;
  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  return { endpoint: endpoint.url, region: assembly.region, accessKeyId, secretAccessKey, clients: appClientsOf(sandbox) };
}

/** Lines to paste into a shell, so that the AWS CLI and the SDKs call the sandbox as its administrator. */
export function shellCredentials({ assembly, endpoint }: Sandbox, configFile: string): string {
  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  return [
    `export AWS_ENDPOINT_URL=${endpoint.url} AWS_REGION=${assembly.region} AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    'or, with a profile:',
    `export AWS_CONFIG_FILE=${configFile} AWS_PROFILE=sandbox`,
  ].join('\n');
}

/** The profile `sandbox`, as the AWS CLI and the SDKs read it. */
export function profile({ assembly, endpoint }: Sandbox): string {
  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  return [
    '[profile sandbox]',
    `region = ${assembly.region}`,
    `endpoint_url = ${endpoint.url}`,
    `aws_access_key_id = ${accessKeyId}`,
    `aws_secret_access_key = ${secretAccessKey}`,
    '',
  ].join('\n');
}
