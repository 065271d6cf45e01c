import { casesOf, namedIn, requestOf } from './cases';
import { isAllowed } from './evaluate';
import type { Platform, TenantRole } from './platform';
import { enclosing, GIVES } from './services';
import { accesses, permitted } from './targets';

/** What a role's sessions can do with index partitions of other tenants. */
export interface IndexFindings {
  /** The number of requests for another tenant's index partition, and how many of them were denied. */
  readonly reads: number;
  readonly readsDenied: number;
  /** Ways to put an own item into another tenant's index partition, by what prevents it. */
  readonly writes: {
    /** The index has the table's partition key: an item has the same partition in table and index. */
    readonly ownKey: number;
    /** Every such write is denied. */
    readonly denied: number;
    /** IAM can't decide: `App/Role, by-course: dynamodb:PutItem`. */
    readonly open: readonly string[];
  };
}

const OWN = 'a-1';

/**
 * Evaluates, for every index of every table, whether a session can read another tenant's partition and whether it can write an index key to
 * an own item.
 *
 * The only attribute value that IAM can see is the table's partition key: a write that may name the attribute may set any value.
 */
export function examineIndexes(role: TenantRole, platform: Platform): IndexFindings {
  const indexes = platform.tables.flatMap((table) => table.indexes.map((index) => ({ table, index })));
  const arns = indexes.map(({ index }) => index.arn);
  const reads = casesOf(role, platform).filter(({ requests: [first], expected }) => arns.includes(first.resource) && expected === 'denied');
  const isDenied = ({ tags, requests }: (typeof reads)[number]) => !requests.every((request) => isAllowed(role, tags, request));

  const names = permitted(role);
  const open: string[] = [];
  let [ownKey, denied] = [0, 0];
  for (const { table, index } of indexes) {
    const giving = accesses(platform).filter(
      (access) => access.resource === table.arn && GIVES.includes(access.action) && names(access).named,
    );
    for (const access of giving) {
      const { partitionKey } = index;
      if (partitionKey !== undefined && partitionKey === table.keys[0]) ownKey += 1;
      else if (partitionKey !== undefined && !givesKey(role, access, partitionKey)) denied += 1;
      else open.push(`${role.path}, ${index.arn.replace(/^.*\/index\//, '')}: ${access.action}`);
    }
  }
  return { reads: reads.length, readsDenied: reads.filter(isDenied).length, writes: { ownKey, denied, open } };
}

/** Whether any operation that needs the action may name the attribute, or may omit the names of its attributes. */
function givesKey(role: TenantRole, { action, facts, resource, attributes }: ReturnType<typeof accesses>[number], key: string): boolean {
  const named = [[...attributes, key], [key, ...attributes, 'other'], [key], []];
  return facts.askedBy.some((askedBy) =>
    named.some((all) => {
      const request = requestOf(action, facts.reach, resource, [`${OWN}#x`], { ...namedIn(all), ...enclosing(askedBy) });
      return isAllowed(role, { [role.tag]: OWN }, request);
    }),
  );
}

export function sumOfIndexes(parts: readonly IndexFindings[]): IndexFindings {
  const add = (of: (findings: IndexFindings) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    reads: add(({ reads }) => reads),
    readsDenied: add(({ readsDenied }) => readsDenied),
    writes: {
      ownKey: add(({ writes }) => writes.ownKey),
      denied: add(({ writes }) => writes.denied),
      open: parts.flatMap(({ writes }) => writes.open),
    },
  };
}
