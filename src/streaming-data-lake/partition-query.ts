import { TENANT_ID_PATTERN } from '../runtime/tenant-id';
import { whole } from './item-type';
import type { ItemColumn, LakeColumns } from './lake-columns';
import type { LakeLayout } from './lake-layout';

/**
 * The jq expression with which Firehose finds the folder of a record: the year and month of the change, and the tenant.
 *
 * It also checks the types of attributes. Conversion to Parquet would store an attribute of another type as a missing value; the error of
 * this expression puts the record into quarantine, with the reason. It uses only basic functions of jq 1.6, which is what Firehose has
 * (documented: "Understand partitioning keys").
 */
export function partitionQuery({ item, tenant }: LakeColumns, layout: LakeLayout): string {
  const checks = typeChecks(item);
  const checked = `(. as $r|${JSON.stringify(checks)}|map(select(. as $c|$r.item|getpath($c[2:])|${isWrong}))|map(${reason})`;
  const key = JSON.stringify(item[0].path[0]);
  const tenantOf = `$r.item[${key}].S|split("#")|if length>1 and (.[0]|test(${TENANT})) then .[0] else error(${key}+" begins with no tenant") end`;
  const query = `${checked}|if length>0 then error(join(", ")) else ${tenantOf} end)`;
  const year = '(.changed_at|strftime("%Y"))';
  const month = '(.changed_at|strftime("%m"))';
  return layout.hasTenantFolders
    ? `{year:${year},month:${month},${tenant}:${query}}`
    : `{year:${year},month:(${query} as $t|.changed_at|strftime("%m"))}`;
}

const TENANT = JSON.stringify(whole(TENANT_ID_PATTERN.replace(/^\^|\$$/g, '')));

/** A value that is there has the type, or is a NULL, and a number has no more digits than the column. */
const isWrong = '.!=null and(if has($c[0]) then $c[1]!="" and(.[$c[0]]|test($c[1])|not) else has("NULL")|not end)';
const reason = '(.[2:]|join("."))+" is not "+.[0]+(if .[1]=="" then "" else " with the declared digits" end)';

/** For each attribute: its type, what the text of a number must match or an empty string, and its path in DynamoDB's JSON. */
function typeChecks(columns: readonly ItemColumn[]): string[][] {
  const maps = columns.flatMap(({ path }) => path.slice(0, -1).map((_, index) => ['M', '', ...inMaps(path.slice(0, index + 1))]));
  const values = columns.flatMap(({ path, type: { descriptor, digits = '' } }) =>
    descriptor === undefined ? [] : [[descriptor, digits, ...inMaps(path)]],
  );
  const distinct = new Map([...maps, ...values].map((check) => [JSON.stringify(check), check]));
  return [...distinct.values()];
}

function inMaps(path: readonly string[]): string[] {
  return path.flatMap((name, index) => (index === path.length - 1 ? [name] : [name, 'M']));
}
