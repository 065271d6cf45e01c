import { supported } from '../../assembly/resource-types';
import type { Identity, Json, ResourceType } from '../../contracts';
import { objectOf } from '../../protocol/json';

export const DATABASE = 'AWS::Glue::Database';
export const TABLE = 'AWS::Glue::Table';

/** The name in the input of a resource, or a generated one. Glue stores names in lower case. */
const nameIn = (of: Identity, input: string): string => {
  const name: Json | undefined = objectOf(of.property(input)).Name;
  return (name === undefined ? `${of.stack}-${of.logicalId}-${of.token(12)}` : String(name)).toLowerCase();
};

const DESCRIPTION = 'template only: a description';
const UNUSED = 'template only: nothing in the sandbox reads it';

export const databaseType: ResourceType = {
  type: DATABASE,
  support: 'runs',
  reason: 'a database of the catalog, which Firehose and Athena read',
  properties: supported(
    ['runs', 'CatalogId DatabaseInput.Name'],
    [DESCRIPTION, 'DatabaseInput.Description'],
    [UNUSED, 'DatabaseInput.{LocationUri,Parameters}'],
  ),
  ref: (of) => nameIn(of, 'DatabaseInput'),
};

const STORAGE = 'TableInput.StorageDescriptor';

export const tableType: ResourceType = {
  type: TABLE,
  support: 'runs',
  reason: 'a table of the catalog: Parquet or JSON files in S3 with projected partitions, or a view',
  properties: supported(
    [
      'runs',
      'CatalogId DatabaseName TableInput.{Name,TableType,Parameters,ViewOriginalText}',
      `TableInput.PartitionKeys.{Name,Type} ${STORAGE}.Columns.{Name,Type} ${STORAGE}.{Location,InputFormat} ${STORAGE}.SerdeInfo.SerializationLibrary`,
    ],
    [DESCRIPTION, `TableInput.{Description,Owner} TableInput.PartitionKeys.Comment ${STORAGE}.Columns.Comment`],
    [
      UNUSED,
      `TableInput.{Retention,ViewExpandedText} ${STORAGE}.{OutputFormat,Compressed,StoredAsSubDirectories,NumberOfBuckets,Parameters}`,
      `${STORAGE}.SerdeInfo.{Name,Parameters}`,
    ],
  ),
  ref: (of) => nameIn(of, 'TableInput'),
};
