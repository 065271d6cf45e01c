import type { ItemColumn } from './lake-columns';

interface Entry {
  readonly name: string;
  readonly rest: readonly string[];
  readonly column: ItemColumn;
}

/**
 * The type of the column `item` in the files, in Hive's notation: `struct<score:struct<n:double>>`. It follows DynamoDB's JSON, in which
 * each value is described by its type, with keys in lower case.
 */
export function structOf(columns: readonly ItemColumn[]): string {
  return struct(columns.map((column) => ({ name: column.path[0], rest: column.path.slice(1), column })));
}

function struct(entries: readonly Entry[]): string {
  const names = [...new Set(entries.map(({ name }) => name))];
  const fields = names.map((name) => {
    const below = entries.filter((entry) => entry.name === name);
    const leaf = below.find(({ rest }) => rest.length === 0);
    if (leaf !== undefined) return `${name.toLowerCase()}:${leafType(leaf.column)}`;
    const entriesBelow = below.map(({ rest, column }) => ({ name: rest[0], rest: rest.slice(1), column }));
    return `${name.toLowerCase()}:struct<m:${struct(entriesBelow)}>`;
  });
  return `struct<${fields.join(',')}>`;
}

function leafType({ type: { descriptor, stored } }: ItemColumn): string {
  return descriptor === undefined ? stored : `struct<${descriptor.toLowerCase()}:${stored}>`;
}

/** The value of a column in a query of the files: `item."score"."n"`. */
export function storedValue({ path, type: { descriptor } }: ItemColumn): string {
  const names = path.flatMap((name, index) => (index === path.length - 1 ? [name] : [name, 'm']));
  const all = [...names, ...(descriptor === undefined ? [] : [descriptor])];
  return `item${all.map((name) => `."${name.toLowerCase()}"`).join('')}`;
}
