import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, Grant, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { invalid } from './base/invalid';
import { grantTableKey, rejectElsewhere } from './ingest-grant';
import { addToRole, roleFor } from './role-policy';

/** A role whose sessions have the tenant's id as a tag: the parts of a TenantRole that a permission needs. */
export interface TaggedRole {
  readonly role: IRole;
  /** `aws:PrincipalTag/school` */
  readonly principalTagKey: string;
}

const unboundActions = ['Scan', 'PartiQLSelect'];

/**
 * Allows sessions to use the items whose partition key begins with their tenant's id and `#`. Deny statements override every other
 * permission of the role, so that a broad grant by mistake (`table.grantReadData(role)` includes Scan) still gives no access to another
 * tenant's items.
 *
 * `ForAllValues` is true if the condition key is missing, so the allow statement also requires it to be present (Null). `ForAnyValue` is
 * false then, so a separate deny statement covers a missing key.
 *
 * @param actions without `dynamodb:`
 * @param resources the table, and indexes whose partition key also begins with the tenant's id
 * @param without attributes that a request must not name
 */
export function grantOwnKeys(
  table: ITable,
  { role, principalTagKey }: TaggedRole,
  actions: string[],
  resources: string[],
  without: string[] = [],
): Grant {
  const own = `\${${principalTagKey}}#*`;
  // Includes streams, backups and exports, which contain all tenants' items.
  const everything = [table.tableArn, `${table.tableArn}/*`];
  const grant = Grant.addToPrincipal({
    grantee: roleFor(role, table),
    actions: named(actions),
    resourceArns: resources,
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [own] },
      Null: {
        'dynamodb:LeadingKeys': 'false',
        [principalTagKey]: 'false',
        ...(without.length === 0 ? {} : { 'dynamodb:Attributes': 'false' }),
      },
      ...(without.length === 0 ? {} : { 'ForAllValues:StringNotEquals': { 'dynamodb:Attributes': without } }),
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
  for (const denial of denials) addToRole(role, table, denial);
  return grant;
}

/** All actions that can set an attribute. IAM authorizes the parts of a transaction as these actions, too. */
const settingActions = ['PutItem', 'UpdateItem', 'BatchWriteItem', 'PartiQLInsert', 'PartiQLUpdate'];

/**
 * Denies sessions every write that names one of the attributes, and every write for which DynamoDB provides no attribute names. Documented:
 * `dynamodb:Attributes` has the top-level attributes that a request names, including key attributes ("Using IAM policy conditions for
 * fine-grained access control", DynamoDB Developer Guide).
 *
 * @throws when the role also belongs to a batch writer, because its inserts would be denied
 */
export function denyAttributes(table: ITable, role: IRole, attributes: string[]): void {
  if (attributes.length === 0) return;
  noteUse(role, table, 'data', attributes);
  const denied = { effect: Effect.DENY, actions: named(settingActions), resources: [table.tableArn] };
  const conditions = [{ 'ForAnyValue:StringEquals': { 'dynamodb:Attributes': attributes } }, { Null: { 'dynamodb:Attributes': 'true' } }];
  for (const condition of conditions) addToRole(role, table, new PolicyStatement({ ...denied, conditions: condition }));
}

/**
 * Allows sessions to insert new items under their own tenant's keys only, without any other access to the table.
 *
 * The Service Authorization Reference lists dynamodb:LeadingKeys for PartiQLInsert. If DynamoDB did not provide that key, every insert
 * would be denied.
 *
 * @throws when the table is in another account or Region than the role, because an INSERT statement cannot name either; when sessions of
 * the role are denied attributes that a batch writer sets
 */
export function grantTenantIngest(table: ITable, tagged: TaggedRole): Grant {
  rejectElsewhere(table, tagged.role);
  noteUse(tagged.role, table, 'inserts', []);
  const grant = grantOwnKeys(table, tagged, ['PartiQLInsert'], [table.tableArn]);
  grantTableKey(table, roleFor(tagged.role, table), 'write');
  return grant;
}

interface TableUse {
  readonly data: Set<ITable>;
  readonly inserts: Set<ITable>;
}
const uses = new WeakMap<IRole, TableUse>();

/** Records how a role's sessions use a table, because the denials for readers and writers would also deny the inserts of a batch writer. */
function noteUse(role: IRole, table: ITable, use: keyof TableUse, attributes: string[]): void {
  const known = uses.get(role) ?? { data: new Set(), inserts: new Set() };
  uses.set(role, known);
  known[use].add(table);
  if (!known.data.has(table) || !known.inserts.has(table)) return;
  const keys = attributes.length === 0 ? '' : ` (${attributes.join(', ')})`;
  invalid(
    role,
    `use of ${table.node.path}`,
    'tenantIngest and tenantRead or tenantReadWrite',
    `one of them: batch writers set the partition keys of indexes${keys}, which sessions that read or write must not set`,
  );
}

function named(actions: string[]): string[] {
  return actions.map((action) => `dynamodb:${action}`);
}
