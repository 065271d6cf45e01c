import type { Assembly, JsonObject, Resource } from '../../contracts';
import { createOrReject } from '../../engines/provision';
import type { SandboxContext } from '../../service-module';
import type { Attribute } from './attributes';
import type { Cognito } from './ministack';
import type { Pool } from './pools';

/**
 * The flows of a client without any, documented for `ExplicitAuthFlows` in CreateUserPoolClient. The engine's own default also allows
 * passwords.
 */
const DEFAULT_FLOWS = ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'];

/**
 * Creates pools, clients, resource servers, groups and domains in the engine, with the IDs of the assembly (ministack_cognito.py accepts
 * `Id`, `ClientId` and `TriggerUrl`), unless they are those of a killed sandbox. Rejects resources that the engine does not accept. Returns the schema of each pool by its ID.
 */
export async function provisionPools(
  assembly: Assembly,
  pools: readonly Pool[],
  cognito: Cognito,
  triggerUrl: (pool: Pool) => string,
  reject: SandboxContext['reject'],
  continued = false,
): Promise<Map<string, readonly Attribute[]>> {
  const schemas = new Map<string, readonly Attribute[]>();
  const attempt = (resource: Resource, create: () => Promise<unknown>) => createOrReject(resource, reject, create);
  if (continued) {
    for (const pool of pools) {
      const url: JsonObject = pool.trigger === undefined ? {} : { TriggerUrl: triggerUrl(pool) };
      const { UserPool } = await cognito('DescribeUserPool', { UserPoolId: pool.id, ...url });
      schemas.set(pool.id, (UserPool as unknown as { SchemaAttributes: Attribute[] }).SchemaAttributes);
    }
    return schemas;
  }
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
  const ofCreatedPools = (type: string) =>
    assembly
      .ofType(type)
      .map((resource) => ({ resource, ref: assembly.ref(resource), properties: assembly.properties(resource) as JsonObject }))
      .filter(({ properties }) => schemas.has(String(properties.UserPoolId)));
  for (const { resource, properties } of ofCreatedPools('AWS::Cognito::UserPoolResourceServer')) {
    await attempt(resource, () => cognito('CreateResourceServer', properties));
  }
  for (const { resource, ref, properties } of ofCreatedPools('AWS::Cognito::UserPoolGroup')) {
    const { Precedence, ...rest } = properties;
    const precedence: JsonObject = Precedence === undefined ? {} : { Precedence: Number(Precedence) };
    await attempt(resource, () => cognito('CreateGroup', { ...rest, GroupName: ref, ...precedence }));
  }
  for (const { resource, properties } of ofCreatedPools('AWS::Cognito::UserPoolDomain')) {
    if (properties.CustomDomainConfig !== undefined) continue;
    const { UserPoolId, Domain } = properties;
    await attempt(resource, () => cognito('CreateUserPoolDomain', { UserPoolId, Domain }));
  }
  return schemas;
}

/** Always with version V2_0 for the engine: the trigger itself rejects other versions. */
function lambdaConfig(LambdaArn: string): JsonObject {
  return { PreTokenGeneration: LambdaArn, PreTokenGenerationConfig: { LambdaArn, LambdaVersion: 'V2_0' } };
}
