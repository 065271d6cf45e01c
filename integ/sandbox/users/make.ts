import type { Assembly, JsonObject } from '../contracts';
import type { createCognito } from './ministack';
import { type Pool, plain } from './pools';

/** Makes pools, clients, groups and domains in the engine, under the ids that the assembly says (ministack_launcher.py takes `Id` and `ClientId`). */
export async function makePools(
  assembly: Assembly,
  pools: readonly Pool[],
  cognito: ReturnType<typeof createCognito>,
  triggerUrl: (pool: Pool) => string,
): Promise<void> {
  for (const pool of pools) {
    const { LambdaConfig: _, UserPoolName, EnabledMfas: __, UserPoolTags: ___, ...properties } = plain(pool.properties) as JsonObject;
    await cognito('CreateUserPool', {
      ...properties,
      Id: pool.id,
      PoolName: UserPoolName ?? pool.id,
      ...(pool.trigger === undefined
        ? {}
        : { LambdaConfig: { PreTokenGenerationConfig: { LambdaArn: triggerUrl(pool), LambdaVersion: 'V2_0' } } }),
    });
    for (const client of pool.clients) {
      const { ClientName, ...given } = plain(client.properties) as JsonObject;
      await cognito('CreateUserPoolClient', { ...numbers(given), ClientId: client.id, ClientName: ClientName ?? client.id });
    }
  }
  for (const resource of assembly.ofType('AWS::Cognito::UserPoolGroup')) {
    const properties = plain(assembly.properties(resource)) as JsonObject;
    await cognito('CreateGroup', { ...properties, GroupName: assembly.ref(resource) });
  }
  for (const resource of assembly.ofType('AWS::Cognito::UserPoolDomain')) {
    const { UserPoolId, Domain } = assembly.properties(resource);
    await cognito('CreateUserPoolDomain', { UserPoolId, Domain });
  }
}

function numbers(properties: JsonObject): JsonObject {
  const names = ['AccessTokenValidity', 'IdTokenValidity', 'RefreshTokenValidity', 'AuthSessionValidity'];
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, names.includes(name) ? Number(value) : value]));
}
