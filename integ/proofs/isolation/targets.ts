import { FILE, type Platform, type TenantRole } from './platform';
import { ACTIONS, type ActionFacts, GIVES, type Target } from './services';
import { globMatches, namesAction, type Statement, statementsOf } from './statements';

/** One action on one resource of the platform. For objects, the resource is the bucket, and the name is open. */
export interface Access {
  readonly action: string;
  readonly facts: ActionFacts;
  readonly target: Target;
  /** The ARN, without an object name. */
  readonly resource: string;
  /** What precedes a tenant's id in the object names of this bucket. */
  readonly layouts: readonly string[];
  /** What precedes a tenant's id in names of files. */
  readonly files: readonly string[];
  /** Folders of this bucket whose objects belong to all tenants. */
  readonly common: readonly string[];
  /** The attributes that every such request names: the keys of the table, if the action sets attributes. */
  readonly attributes: readonly string[];
}

/** Every known action on every resource that it applies to. */
export function accesses(platform: Platform): Access[] {
  return Object.entries(ACTIONS).flatMap(([action, facts]) =>
    facts.on.flatMap((target) =>
      resources(platform, target).map((found) => ({
        action,
        facts,
        target,
        ...found,
        attributes: namedBy(action, found.resource, platform),
      })),
    ),
  );
}

function namedBy(action: string, resource: string, { tables }: Platform): readonly string[] {
  const keys = tables.find(({ arn }) => arn === resource)?.keys ?? [];
  return GIVES.includes(action) ? (keys.length > 0 ? keys : ['pk']) : [];
}

function resources({ tables, buckets, keys }: Platform, target: Target): Pick<Access, 'resource' | 'layouts' | 'files' | 'common'>[] {
  const plain = (arns: readonly string[]) => arns.map((resource) => ({ resource, layouts: [], files: [], common: [] }));
  if (target === 'table') return plain(tables.map(({ arn }) => arn));
  if (target === 'index') return plain(tables.flatMap(({ indexes }) => indexes.map(({ arn }) => arn)));
  if (target === 'key') return plain(keys);
  return buckets.map(({ arn, layouts, files = [], common }) => ({ resource: arn, layouts, files, common }));
}

/** What a role's permissions say about one access. */
export interface Permitted {
  /** Whether any permission names the action on the resource, so that a tenant is allowed something. */
  readonly named: boolean;
  /** For objects and object names: the layouts that a permission names, followed by the tenant's tag. */
  readonly layouts: readonly string[];
  /** The same of files. */
  readonly files: readonly string[];
  /** For a KMS key: the services that may use it for the session. */
  readonly services: readonly string[];
}

/** Reads what a role's permissions name. The proofs check whether the permissions are correct. */
export function permitted(role: TenantRole): (access: Access) => Permitted {
  const allowed = statementsOf(role).filter(({ effect }) => effect === 'Allow');
  const variable = `\${aws:PrincipalTag/${role.tag}}`;
  return ({ action, target, resource, layouts, files }) => {
    const speaking = allowed.filter((statement) => namesAction(statement, action));
    if (target === 'object' || target === 'bucket') {
      const start = target === 'object' ? `${resource}/` : '';
      const on = speaking.filter(({ resources }) => target === 'object' || resources.some((pattern) => globMatches(pattern, resource)));
      const patterns = on.flatMap((statement) => (target === 'object' ? statement.resources : valuesOf(statement, 's3:prefix')));
      const ownOf = (all: readonly string[], separator: string) =>
        all.filter((layout) => patterns.some((pattern) => pattern.startsWith(`${start}${layout}${variable}${separator}`)));
      const [own, ownFiles] = [ownOf(layouts, ''), ownOf(files, FILE)];
      return { named: own.length + ownFiles.length > 0, layouts: own, files: ownFiles, services: [] };
    }
    const on = speaking.filter(({ resources }) => resources.some((pattern) => globMatches(pattern, resource)));
    return { named: on.length > 0, layouts: [], files: [], services: on.flatMap((statement) => valuesOf(statement, 'kms:ViaService')) };
  };
}

function valuesOf({ conditions }: Statement, name: string): readonly string[] {
  return conditions.filter(({ key }) => key.toLowerCase() === name.toLowerCase()).flatMap(({ values }) => values);
}
