import { readEach } from '../../assembly/properties';
import type { Assembly, Json, JsonObject, Resource } from '../../contracts';

export interface Client {
  readonly id: string;
  readonly resource: Resource;
  readonly properties: JsonObject;
}

export interface Pool {
  readonly id: string;
  readonly arn: string;
  readonly resource: Resource;
  readonly properties: JsonObject;
  /** The pre-token trigger. */
  readonly trigger?: Trigger;
  readonly clients: readonly Client[];
  /** `<prefix>.auth.<region>.amazoncognito.com` */
  readonly hosts: readonly string[];
}

export interface Trigger {
  readonly arn: string;
  readonly version: string;
}

/** The user pools of an assembly with their clients and domains. */
export function readPools(assembly: Assembly): Pool[] {
  return readEach(assembly, 'AWS::Cognito::UserPool', readPool);
}

function readPool(assembly: Assembly, resource: Resource): Pool {
  const properties = propertiesOf(assembly, resource);
  const id = assembly.ref(resource);
  const own = assembly
    .ofType('AWS::Cognito::UserPoolDomain')
    .map((domain) => assembly.properties(domain))
    .filter(({ UserPoolId, CustomDomainConfig }) => UserPoolId === id && CustomDomainConfig === undefined);
  return {
    ...{ id, resource, properties, arn: assembly.attribute(resource, 'Arn') },
    trigger: triggerOf(properties.LambdaConfig as JsonObject | undefined),
    clients: readEach(assembly, 'AWS::Cognito::UserPoolClient', readClient).filter((client) => client.properties.UserPoolId === id),
    hosts: own.map(({ Domain }) => `${Domain}.auth.${assembly.region}.amazoncognito.com`),
  };
}

function readClient(assembly: Assembly, resource: Resource): Client {
  return { id: assembly.ref(resource), resource, properties: propertiesOf(assembly, resource) };
}

/** The pre-token trigger. The older property alone means the first version; for other versions the CDK sets both properties. */
function triggerOf({ PreTokenGenerationConfig: config, PreTokenGeneration: alone }: JsonObject = {}): Trigger | undefined {
  const { LambdaArn, LambdaVersion } = (config ?? {}) as JsonObject;
  if (LambdaArn !== undefined) return { arn: String(LambdaArn), version: String(LambdaVersion ?? 'V1_0') };
  return alone === undefined ? undefined : { arn: String(alone), version: 'V1_0' };
}

function propertiesOf(assembly: Assembly, resource: Resource): JsonObject {
  return plain(assembly.properties(resource)) as JsonObject;
}

const NUMBERS =
  /^(?:\w+TokenValidity|AuthSessionValidity|MinimumLength|PasswordHistorySize|RetryGracePeriodSeconds|Precedence|\w+ValidityDays)$/;

/** Converts numbers and booleans, which a template may write as text. */
function plain(value: Json, name = ''): Json {
  if (Array.isArray(value)) return value.map((item) => plain(item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, key)]));
  }
  if (value === 'true' || value === 'false') return value === 'true';
  return typeof value === 'string' && NUMBERS.test(name) ? Number(value) : value;
}
