import { propertiesOf } from '../../assembly/properties';
import type { Assembly, Json, JsonObject, Resource } from '../../contracts';
import { objectOf, objects } from '../../protocol/json';

export interface CatalogDatabase {
  readonly resource: Resource;
  readonly name: string;
}

export interface CatalogTable {
  readonly resource: Resource;
  readonly name: string;
  readonly database: string;
  /** As GetTable returns it. */
  readonly description: JsonObject;
}

export function readDatabase(assembly: Assembly, resource: Resource): CatalogDatabase {
  return { resource, name: assembly.ref(resource) };
}

const PARQUET = 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat';

export function readTable(assembly: Assembly, resource: Resource): CatalogTable {
  const table = propertiesOf(assembly, resource);
  const input = objectOf(table.raw('TableInput'));
  const database = table.required('DatabaseName').toLowerCase();
  const name = assembly.ref(resource);
  const storage = objectOf(input.StorageDescriptor);
  const view = input.TableType === 'VIRTUAL_VIEW';
  if (!view && storage.InputFormat !== PARQUET) {
    throw table.invalid(
      'TableInput.StorageDescriptor.InputFormat',
      `${storage.InputFormat ?? 'none'} is not supported: only ${PARQUET} is`,
    );
  }
  if (view && typeof input.ViewOriginalText !== 'string') throw table.invalid('TableInput.ViewOriginalText', 'is missing: a view needs it');
  const lower = (columns: Json | undefined): JsonObject[] =>
    objects(columns).map((column) => ({ ...column, Name: String(column.Name).toLowerCase() }));
  return {
    ...{ resource, name, database },
    description: {
      ...input,
      ...{ Name: name, DatabaseName: database, CatalogId: assembly.account, VersionId: '0' },
      PartitionKeys: lower(input.PartitionKeys),
      StorageDescriptor: { ...storage, Columns: lower(storage.Columns) },
    },
  };
}
