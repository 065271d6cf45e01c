import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, Grant, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { invalid } from './base/invalid';
import { grantTableKey, rejectElsewhere } from './ingest-grant';
import { addToRole, roleFor } from './role-policy';

/** A role whose sessions carry a tenant's id as a tag: the two things about a TenantRole that a permission needs. */
export interface TaggedRole {
  readonly role: IRole;
  /** `aws:PrincipalTag/school` */
  readonly principalTagKey: string;
}

const unboundActions = ['Scan', 'PartiQLSelect'];

/**
 * Lets sessions do something with the items whose partition key begins with their tenant's id and `#`. Around the permission there are deny statements
 * that hold against every other permission the role has or will get: with them a broad grant given by mistake (`table.grantReadData(role)`
 * has Scan) still opens nothing of another tenant.
 *
 * `ForAllValues` is true where the key is missing, so the permission also needs it to be there (Null). `ForAnyValue` is false there, so a
 * missing key has a deny statement of its own.
 *
 * @param actions without the prefix of the service
 * @param resources the table, and indexes whose partition key begins with the tenant too
 * @param without attributes that the request may not name
 */
export function grantOwnKeys(
  table: ITable,
  { role, principalTagKey }: TaggedRole,
  actions: string[],
  resources: string[],
  without: string[] = [],
): Grant {
  const own = `\${${principalTagKey}}#*`;
  // Streams, backups and exports are beside the indexes: they hold all tenants' items.
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

/** Every action that can give an attribute a value; members of transactions are asked for as these. */
const givingActions = ['PutItem', 'UpdateItem', 'BatchWriteItem', 'PartiQLInsert', 'PartiQLUpdate'];

/**
 * Denies sessions every write that names one of the attributes, whatever permission they have or will get, and a write of which DynamoDB
 * says no attributes. Documented: `dynamodb:Attributes` has the top-level attributes that a request names, key attributes among them
 * ("Using IAM policy conditions for fine-grained access control", DynamoDB Developer Guide).
 *
 * @throws when the role is a batch writer's as well: the denials would hold against its inserts
 */
export function denyAttributes(table: ITable, role: IRole, attributes: string[]): void {
  if (attributes.length === 0) return;
  noteUse(role, table, 'data', attributes);
  const denied = { effect: Effect.DENY, actions: named(givingActions), resources: [table.tableArn] };
  const conditions = [{ 'ForAnyValue:StringEquals': { 'dynamodb:Attributes': attributes } }, { Null: { 'dynamodb:Attributes': 'true' } }];
  for (const condition of conditions) addToRole(role, table, new PolicyStatement({ ...denied, conditions: condition }));
}

/**
 * Lets sessions insert new items under their own tenant's keys, and do nothing else with the table.
 *
 * That DynamoDB says the key of an INSERT: the Service Authorization Reference lists dynamodb:LeadingKeys for PartiQLInsert. Where it did
 * not, nothing could be written.
 *
 * @throws when the table is known to be of another account or region than the role: an INSERT names a table, and never where it is; when
 * sessions of the role are denied what a batch writer gives items
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

/** Remembers what a role's sessions do with a table: the denials would hold against the inserts of the same role. */
function noteUse(role: IRole, table: ITable, use: keyof TableUse, attributes: string[]): void {
  const known = uses.get(role) ?? { data: new Set(), inserts: new Set() };
  uses.set(role, known);
  known[use].add(table);
  if (!known.data.has(table) || !known.inserts.has(table)) return;
  const keys = attributes.length === 0 ? '' : ` (${attributes.join(', ')})`;
  invalid(
    role,
    `use of ${table.node.path}`,
    'tenantIngest beside tenantRead or tenantReadWrite',
    `one of them: batch writers give items the partition keys of indexes${keys}, which sessions that read or write may not`,
  );
}

function named(actions: string[]): string[] {
  return actions.map((action) => `dynamodb:${action}`);
}
