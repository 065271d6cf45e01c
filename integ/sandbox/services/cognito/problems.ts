import type { Assembly, JsonObject, Resource } from '../../contracts';
import { type Client, type Pool, readPools } from './pools';

/** The unsupported settings of user pools and their clients. */
export function problemsOf(assembly: Assembly): string[] {
  const pools = readPools(assembly);
  const ids = pools.map(({ id }) => id);
  const orphans = ['Client', 'Group', 'Domain', 'ResourceServer']
    .flatMap((kind) => assembly.ofType(`AWS::Cognito::UserPool${kind}`))
    .filter((resource) => !ids.includes(String(assembly.properties(resource).UserPoolId)))
    .map((resource) => `${resource.type}.UserPoolId is not a user pool of this assembly, so the resource is left out (${resource.id})`);
  return [...pools.flatMap((pool) => [...poolProblems(pool), ...pool.clients.flatMap(clientProblems)]), ...orphans];
}

/** Documented: "AWS::Cognito::UserPool KeyConfiguration" in the CloudFormation Template Reference. */
const KEY_TYPES = ['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KEY'];
const ARN = /^arn:[\w+=/,.@-]+:[\w+=/,.@-]+:[\w+=/,.@-]*:\d+:[\w+=/,.@-]+(:[\w+=/,.@-]+){0,2}$/;

function poolProblems({ resource, properties, trigger }: Pool): string[] {
  const { MfaConfiguration, UserPoolTier, Schema = [], KeyConfiguration } = properties;
  const { KeyType, KmsKeyArn } = (KeyConfiguration ?? {}) as JsonObject;
  return [
    ...when(
      trigger !== undefined && trigger.version !== 'V2_0',
      resource,
      'LambdaConfig',
      `with a pre-token trigger of version ${trigger?.version} is not supported: use V2_0; the pool issues no tokens otherwise`,
    ),
    // Documented: "Pre token generation Lambda trigger": access tokens can be customized with the feature plans Essentials and Plus.
    ...when(trigger !== undefined && UserPoolTier === 'LITE', resource, 'UserPoolTier', 'LITE has no pre-token trigger of version V2_0'),
    ...when(
      KeyType !== undefined && !KEY_TYPES.includes(String(KeyType)),
      resource,
      'KeyConfiguration.KeyType',
      `${KeyType} is invalid: expected ${KEY_TYPES.join(' or ')}`,
    ),
    ...when(KmsKeyArn !== undefined && !ARN.test(String(KmsKeyArn)), resource, 'KeyConfiguration.KmsKeyArn', `${KmsKeyArn} is not an ARN`),
    ...when(MfaConfiguration === 'ON', resource, 'MfaConfiguration', 'ON is not supported: the sandbox has no multi-factor authentication'),
    ...when(
      (Schema as JsonObject[]).some(({ DeveloperOnlyAttribute }) => DeveloperOnlyAttribute === true),
      resource,
      'Schema.DeveloperOnlyAttribute',
      'is not supported',
    ),
  ];
}

function clientProblems({ resource, properties }: Client): string[] {
  const { AllowedOAuthFlows = [], ExplicitAuthFlows = [], SupportedIdentityProviders = [] } = properties as Record<string, string[]>;
  const others = SupportedIdentityProviders.filter((name) => name !== 'COGNITO');
  return [
    ...when(AllowedOAuthFlows.includes('implicit'), resource, 'AllowedOAuthFlows', 'implicit is not supported'),
    ...when(others.length > 0, resource, 'SupportedIdentityProviders', `${others.join(', ')} is not supported: it can only be COGNITO`),
    ...['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_AUTH', 'CUSTOM_AUTH_FLOW_ONLY']
      .filter((flow) => ExplicitAuthFlows.includes(flow))
      .map((flow) => problem(resource, 'ExplicitAuthFlows', `${flow} is not supported`)),
  ];
}

function when(holds: boolean, resource: Resource, property: string, what: string): string[] {
  return holds ? [problem(resource, property, what)] : [];
}

function problem({ type, id }: Resource, property: string, what: string): string {
  return `${type}.${property} ${what} (${id})`;
}
