import type { Assembly, JsonObject, Resource } from '../../contracts';
import type { SandboxContext } from '../../service-module';
import type { Attribute } from './attributes';
import type { Cognito } from './ministack';
import type { Pool } from './pools';

/** Documented: `ExplicitAuthFlows` in CreateUserPoolClient, for a client that names none. The engine lets it sign in with a password, too. */
const DEFAULT_FLOWS = ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'];

/**
 * Makes pools, clients, resource servers, groups and domains in the engine, under the ids that the assembly says (ministack_cognito.py takes `Id`,
 * `ClientId` and `TriggerUrl`). Returns the attributes that each pool knows, by its id; one that the engine does not take is rejected.
 */
export async function makePools(
  assembly: Assembly,
  pools: readonly Pool[],
  cognito: Cognito,
  triggerUrl: (pool: Pool) => string,
  reject: SandboxContext['reject'],
): Promise<Map<string, readonly Attribute[]>> {
  const schemas = new Map<string, readonly Attribute[]>();
  const attempt = async (resource: Resource, make: () => Promise<unknown>) => {
    try {
      await make();
    } catch (error) {
      reject(resource, new Error(`${resource.id}: ${(error as Error).message}`));
    }
  };
  for (const pool of pools) {
    await attempt(pool.resource, async () => {
      const { UserPoolName, EnabledMfas: _, UserPoolTags, ...properties } = pool.properties;
      const { UserPool } = await cognito('CreateUserPool', {
        ...properties,
        Id: pool.id,
        PoolName: UserPoolName ?? pool.id,
        ...(UserPoolTags === undefined ? {} : { UserPoolTags }),
        ...(pool.trigger === undefined ? {} : { TriggerUrl: triggerUrl(pool), LambdaConfig: lambdaConfig(pool.trigger.arn) }),
      });
      schemas.set(pool.id, (UserPool as unknown as { SchemaAttributes: Attribute[] }).SchemaAttributes);
    });
    for (const { id, resource, properties: client } of schemas.has(pool.id) ? pool.clients : []) {
      const { ClientName = id, ExplicitAuthFlows, ...given } = client;
      const flows = ((ExplicitAuthFlows ?? []) as string[]).length === 0 ? DEFAULT_FLOWS : (ExplicitAuthFlows as string[]);
      await attempt(resource, () => cognito('CreateUserPoolClient', { ...given, ClientId: id, ClientName, ExplicitAuthFlows: flows }));
    }
  }
  const made = (type: string) =>
    assembly
      .ofType(type)
      .map((resource) => ({ resource, ref: assembly.ref(resource), properties: assembly.properties(resource) as JsonObject }))
      .filter(({ properties }) => schemas.has(String(properties.UserPoolId)));
  for (const { resource, properties } of made('AWS::Cognito::UserPoolResourceServer')) {
    await attempt(resource, () => cognito('CreateResourceServer', properties));
  }
  for (const { resource, ref, properties } of made('AWS::Cognito::UserPoolGroup')) {
    const { Precedence, ...rest } = properties;
    const precedence: JsonObject = Precedence === undefined ? {} : { Precedence: Number(Precedence) };
    await attempt(resource, () => cognito('CreateGroup', { ...rest, GroupName: ref, ...precedence }));
  }
  for (const { resource, properties } of made('AWS::Cognito::UserPoolDomain')) {
    if (properties.CustomDomainConfig !== undefined) continue;
    const { UserPoolId, Domain } = properties;
    await attempt(resource, () => cognito('CreateUserPoolDomain', { UserPoolId, Domain }));
  }
  return schemas;
}

/** Whatever its version is: with one that is not run, asking it fails. */
function lambdaConfig(LambdaArn: string): JsonObject {
  return { PreTokenGeneration: LambdaArn, PreTokenGenerationConfig: { LambdaArn, LambdaVersion: 'V2_0' } };
}
