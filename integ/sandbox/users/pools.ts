import type { Assembly, Json, JsonObject, Resource } from '../contracts';

export interface Client {
  readonly id: string;
  readonly properties: JsonObject;
}

export interface Pool {
  readonly id: string;
  readonly arn: string;
  readonly resource: Resource;
  readonly properties: JsonObject;
  /** Of the pre-token trigger. */
  readonly trigger?: string;
  readonly clients: readonly Client[];
}

/** The user pools of an assembly with their clients. */
export function readPools(assembly: Assembly): Pool[] {
  const clients = assembly
    .ofType('AWS::Cognito::UserPoolClient')
    .map((resource) => ({ resource, properties: assembly.properties(resource) }));
  return assembly.ofType('AWS::Cognito::UserPool').map((resource): Pool => {
    const properties = assembly.properties(resource);
    const id = assembly.ref(resource);
    const trigger = (properties.LambdaConfig as { PreTokenGenerationConfig?: { LambdaArn?: string } } | undefined)
      ?.PreTokenGenerationConfig;
    return {
      id,
      arn: assembly.attribute(resource, 'Arn'),
      resource,
      properties,
      trigger: trigger?.LambdaArn,
      clients: clients
        .filter((client) => client.properties.UserPoolId === id)
        .map((client) => ({ id: assembly.ref(client.resource), properties: client.properties })),
    };
  });
}

/** What of user pools cannot be run as it is. */
export function problemsOf(assembly: Assembly): string[] {
  return readPools(assembly).flatMap(({ properties, resource }) => {
    const { PreTokenGenerationConfig: config } = (properties.LambdaConfig ?? {}) as {
      PreTokenGenerationConfig?: { LambdaVersion?: string };
    };
    const version = config?.LambdaVersion ?? 'V2_0';
    if (version === 'V2_0') return [];
    return [
      `${resource.type}.LambdaConfig.PreTokenGenerationConfig.LambdaVersion ${version} is not understood (${resource.id}): V2_0 runs here`,
    ];
  });
}

/** Numbers and flags as the service has them: a template may write them as text. */
export function plain(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => plain(item) as Json);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item) as Json]));
  }
  if (value === 'true' || value === 'false') return value === 'true';
  return value;
}
