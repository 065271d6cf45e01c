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

/** The formats of files by their input format and, for JSON, their SerDe. */
const PARQUET = 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat';
const TEXT = 'org.apache.hadoop.mapred.TextInputFormat';
const OPENX = 'org.openx.data.jsonserde.JsonSerDe';
/** Documented: "Create a table for CloudTrail logs in Athena using partition projection" (Amazon Athena User Guide). */
const CLOUDTRAIL = 'com.amazon.emr.cloudtrail.CloudTrailInputFormat';
const HCATALOG = 'org.apache.hive.hcatalog.data.JsonSerDe';

export function readTable(assembly: Assembly, resource: Resource): CatalogTable {
  const table = propertiesOf(assembly, resource);
  const input = objectOf(table.raw('TableInput'));
  const database = table.required('DatabaseName').toLowerCase();
  const name = assembly.ref(resource);
  const storage = objectOf(input.StorageDescriptor);
  const view = input.TableType === 'VIRTUAL_VIEW';
  const library = objectOf(storage.SerdeInfo).SerializationLibrary;
  const json = (storage.InputFormat === TEXT && library === OPENX) || (storage.InputFormat === CLOUDTRAIL && library === HCATALOG);
  if (!view && !json && storage.InputFormat !== PARQUET) {
    const given = `${storage.InputFormat ?? 'none'} with ${library ?? 'no SerDe'}`;
    throw table.invalid(
      'TableInput.StorageDescriptor.InputFormat',
      `${given} is not supported: only ${PARQUET}, ${TEXT} with ${OPENX}, and ${CLOUDTRAIL} with ${HCATALOG}, are`,
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
