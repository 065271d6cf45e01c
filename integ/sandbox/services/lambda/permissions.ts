import { InvalidResource } from '../../assembly/errors';
import type { Assembly, JsonObject, Resource } from '../../contracts';
import { objects } from '../../protocol/json';

/** The resource-based policies of functions, from AWS::Lambda::Permission. */
export function functionPolicies(assembly: Assembly): ReadonlyMap<string, JsonObject> {
  const policies = new Map<string, JsonObject>();
  for (const resource of assembly.ofType('AWS::Lambda::Permission')) {
    const statement = permission(assembly, resource);
    const arn = String(statement.Resource).split(':').slice(0, 7).join(':');
    const policy = policies.get(arn) ?? { Version: '2012-10-17', Statement: [] };
    policies.set(arn, { ...policy, Statement: [...objects(policy.Statement), statement] });
  }
  return policies;
}

const SUPPORTED = new Set([
  'Action',
  'FunctionName',
  'Principal',
  'SourceArn',
  'SourceAccount',
  'FunctionUrlAuthType',
  'InvokedViaFunctionUrl',
  'PrincipalOrgID',
]);

/** The statement that AddPermission adds to the policy of a function. */
function permission(assembly: Assembly, resource: Resource): JsonObject {
  const { partition, region, account } = assembly;
  const properties = assembly.properties(resource);
  for (const name of Object.keys(properties)) {
    if (!SUPPORTED.has(name)) {
      throw new InvalidResource(resource, `AWS::Lambda::Permission.${name} is not supported (${resource.id})`);
    }
  }
  const { Action, FunctionName, Principal, SourceArn, SourceAccount, FunctionUrlAuthType, InvokedViaFunctionUrl, PrincipalOrgID } =
    properties as Record<string, string>;
  const conditions: JsonObject = {
    ...(SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': SourceArn } }),
    // Documented: "Control access to Lambda function URLs".
    ...(InvokedViaFunctionUrl === undefined ? {} : { Bool: { 'lambda:InvokedViaFunctionUrl': String(InvokedViaFunctionUrl) } }),
    ...stringEquals({
      'AWS:SourceAccount': SourceAccount,
      'lambda:FunctionUrlAuthType': FunctionUrlAuthType,
      'aws:PrincipalOrgID': PrincipalOrgID,
    }),
  };
  const service = /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(Principal);
  return {
    Effect: 'Allow',
    Principal:
      Principal === '*'
        ? '*'
        : service
          ? { Service: Principal }
          : { AWS: /^\d{12}$/.test(Principal) ? `arn:${partition}:iam::${Principal}:root` : Principal },
    Action,
    Resource: FunctionName.startsWith('arn:') ? FunctionName : `arn:${partition}:lambda:${region}:${account}:function:${FunctionName}`,
    ...(Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
  };
}

function stringEquals(values: Record<string, string | undefined>): JsonObject {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length > 0 ? { StringEquals: Object.fromEntries(given) } : {};
}
