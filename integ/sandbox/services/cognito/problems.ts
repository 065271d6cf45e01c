import type { Assembly, JsonObject, Resource } from '../../contracts';
import { type Client, type Pool, readPools } from './pools';

/** Documented: "AWS::Cognito::UserPool KeyConfiguration" in the CloudFormation Template Reference. */
const KEY_TYPES = ['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KEY'];
const ARN = /^arn:[\w+=/,.@-]+:[\w+=/,.@-]+:[\w+=/,.@-]*:\d+:[\w+=/,.@-]+(:[\w+=/,.@-]+){0,2}$/;

/** What of user pools and their clients cannot be run as it is. */
export function problemsOf(assembly: Assembly): string[] {
  const pools = readPools(assembly);
  const ids = pools.map(({ id }) => id);
  const orphans = ['Client', 'Group', 'Domain', 'ResourceServer']
    .flatMap((kind) => assembly.ofType(`AWS::Cognito::UserPool${kind}`))
    .filter((resource) => !ids.includes(String(assembly.properties(resource).UserPoolId)))
    .map((resource) => `${resource.type}.UserPoolId is not a pool of this assembly (${resource.id}): it is missing here`);
  return [...pools.flatMap((pool) => [...poolProblems(pool), ...pool.clients.flatMap(clientProblems)]), ...orphans];
}

function poolProblems({ resource, properties, trigger }: Pool): string[] {
  const { MfaConfiguration, UserPoolTier, Schema = [], KeyConfiguration } = properties;
  const { KeyType, KmsKeyArn } = (KeyConfiguration ?? {}) as JsonObject;
  return [
    ...when(
      trigger !== undefined && trigger.version !== 'V2_0',
      resource,
      'LambdaConfig',
      `with a pre-token trigger of version ${trigger?.version} is not supported: V2_0 runs here, and no token is issued with another`,
    ),
    // Documented: "Pre token generation Lambda trigger": access tokens are customized from the plan Essentials on.
    ...when(trigger !== undefined && UserPoolTier === 'LITE', resource, 'UserPoolTier', 'LITE has no pre-token trigger of version V2_0'),
    ...when(
      KeyType !== undefined && !KEY_TYPES.includes(String(KeyType)),
      resource,
      'KeyConfiguration.KeyType',
      `${KeyType} is invalid: expected ${KEY_TYPES.join(' or ')}`,
    ),
    ...when(KmsKeyArn !== undefined && !ARN.test(String(KmsKeyArn)), resource, 'KeyConfiguration.KmsKeyArn', `${KmsKeyArn} is not an ARN`),
    ...when(MfaConfiguration === 'ON', resource, 'MfaConfiguration', 'ON is not supported: nobody is asked for a second factor here'),
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
    ...when(others.length > 0, resource, 'SupportedIdentityProviders', `${others.join(', ')} is not supported: COGNITO runs here`),
    ...['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_AUTH', 'CUSTOM_AUTH_FLOW_ONLY']
      .filter((flow) => ExplicitAuthFlows.includes(flow))
      .map((flow) => said(resource, 'ExplicitAuthFlows', `${flow} is not supported`)),
  ];
}

function when(holds: boolean, resource: Resource, property: string, what: string): string[] {
  return holds ? [said(resource, property, what)] : [];
}

function said({ type, id }: Resource, property: string, what: string): string {
  return `${type}.${property} ${what} (${id})`;
}
