import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, Grant, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { grantTableKey, refuseElsewhere } from './ingest-grant';

/** A role whose sessions carry a tenant's id as a tag: the two things about a TenantRole that a permission needs. */
export interface TaggedRole {
  readonly role: Role;
  /** `aws:PrincipalTag/school` */
  readonly principalTagKey: string;
}

const unboundActions = ['Scan', 'PartiQLSelect'];

/**
 * Lets sessions do something with the items whose partition key begins with their tenant's id and `#`. Around the permission stand denials
 * that hold against every other permission the role has or will get: with them a broad grant given by mistake (`table.grantReadData(role)`
 * has Scan) still opens nothing of another tenant.
 *
 * `ForAllValues` is true where the key is missing, so the permission also needs it to be there (Null). `ForAnyValue` is false there, so a
 * missing key has a denial of its own.
 *
 * @param actions without the prefix of the service
 * @param resources the table, and indexes whose partition key begins with the tenant too
 */
export function grantOwnKeys(table: ITable, { role, principalTagKey }: TaggedRole, actions: string[], resources: string[]): Grant {
  const own = `\${${principalTagKey}}#*`;
  // Streams, backups and exports are beside the indexes: they hold all tenants' items.
  const everything = [table.tableArn, `${table.tableArn}/*`];
  const grant = Grant.addToPrincipal({
    grantee: role,
    actions: named(actions),
    resourceArns: resources,
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [own] },
      Null: { 'dynamodb:LeadingKeys': 'false', [principalTagKey]: 'false' },
    },
  });
  const denials = [
    new PolicyStatement({ effect: Effect.DENY, actions: named(unboundActions), resources: everything }),
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ['dynamodb:*'],
      resources: everything,
      conditions: { Null: { 'dynamodb:LeadingKeys': 'true' } },
    }),
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ['dynamodb:*'],
      resources: everything,
      conditions: { 'ForAnyValue:StringNotLike': { 'dynamodb:LeadingKeys': [own] } },
    }),
  ];
  for (const denial of denials) role.addToPolicy(denial);
  return grant;
}

/**
 * Lets sessions insert new items under their own tenant's keys, and do nothing else with the table.
 *
 * That DynamoDB says the key of an INSERT: the Service Authorization Reference lists dynamodb:LeadingKeys for PartiQLInsert. Where it did
 * not, nothing could be written.
 *
 * @throws when the table is known to be of another account or region than the role: an INSERT names a table, and never where it is
 */
export function grantTenantIngest(table: ITable, tagged: TaggedRole): Grant {
  refuseElsewhere(table, tagged.role);
  const grant = grantOwnKeys(table, tagged, ['PartiQLInsert'], [table.tableArn]);
  grantTableKey(table, tagged.role, 'write');
  return grant;
}

function named(actions: string[]): string[] {
  return actions.map((action) => `dynamodb:${action}`);
}
