import { Aws } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { LAKE_FOLDERS } from '../runtime/lake-folders';
import { lastYear } from '../runtime/lake-years';
import { structOf } from './item-struct';
import type { LakeColumns } from './lake-columns';
import type { LakeLayout } from './lake-layout';
import type { LakeNames } from './lake-names';

/** What the tables of a lake are made of. */
export interface CatalogProps {
  readonly bucket: IBucket;
  readonly names: LakeNames;
  readonly columns: LakeColumns;
  readonly layout: LakeLayout;
  readonly firstYear: number;
}

/** Creates the database of a lake as the child `Database`. */
export function createDatabase(scope: Construct, { database }: LakeNames): CfnDatabase {
  return new CfnDatabase(scope, 'Database', {
    catalogId: Aws.ACCOUNT_ID,
    databaseInput: { name: database, description: `Changes of items, by ${scope.node.path}` },
  });
}

/**
 * Creates the table of all changes, as the child `Table`. Firehose converts records to its columns. Athena computes its partitions, so
 * that none has to be registered.
 */
export function createTable(scope: Construct, database: CfnDatabase, props: CatalogProps): CfnTable {
  const { bucket, names, columns, layout, firstYear } = props;
  const location = `s3://${bucket.bucketName}/${folderOf(names)}`;
  const partitions = [['year', 'int'], ['month', 'int'], ...(layout.hasTenantFolders ? [[columns.tenant, 'string']] : [])];
  const table = new CfnTable(scope, 'Table', {
    catalogId: Aws.ACCOUNT_ID,
    databaseName: names.database,
    tableInput: {
      name: names.table,
      description: 'Each change of an item is a row.',
      tableType: 'EXTERNAL_TABLE',
      partitionKeys: partitions.map(([name, type]) => ({ name, type })),
      storageDescriptor: {
        columns: [
          ...columns.row.map(({ name, type: { stored }, comment }) => ({ name, type: stored, comment })),
          {
            name: 'item',
            type: structOf(columns.item),
            comment: `The item as in DynamoDB's JSON. The view ${names.changes} has its columns.`,
          },
        ],
        location,
        inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
        serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
      },
      // Documented: "Partition projection with Amazon Athena", supported types.
      parameters: {
        EXTERNAL: 'TRUE',
        classification: 'parquet',
        'projection.enabled': 'true',
        'projection.year.type': 'integer',
        'projection.year.range': `${firstYear},${lastYear(firstYear)}`,
        'projection.month.type': 'integer',
        'projection.month.range': '1,12',
        'projection.month.digits': '2',
        ...(layout.hasTenantFolders ? { [`projection.${columns.tenant}.type`]: 'injected' } : {}),
        'storage.location.template': `${location}${folders(columns, layout, (name) => `\${${name}}`)}`,
      },
    },
  });
  table.addResourceDependency(database);
  return table;
}

/** Creates the table of what is in quarantine, as the child `QuarantineTable`. */
export function createQuarantineTable(scope: Construct, database: CfnDatabase, { bucket, names }: CatalogProps): CfnTable {
  const table = new CfnTable(scope, 'QuarantineTable', {
    catalogId: Aws.ACCOUNT_ID,
    databaseName: names.database,
    tableInput: {
      name: names.quarantine,
      description: 'What could not be stored, with the reason.',
      tableType: 'EXTERNAL_TABLE',
      storageDescriptor: {
        // Documented: "Handling errors for data format conversion" in the Firehose developer guide: ErrorCode and ErrorMessage, in earlier
        // versions lastErrorCode and lastErrorMessage, which files have too. Fields of stream sources, which are empty here, are left out.
        columns: [
          { name: 'errorcode', type: 'string', comment: 'Why it was not stored.' },
          { name: 'errormessage', type: 'string', comment: 'Details of the reason.' },
          { name: 'lasterrorcode', type: 'string', comment: 'Why it could not be converted.' },
          { name: 'lasterrormessage', type: 'string', comment: 'Details of why it could not be converted.' },
          { name: 'rawdata', type: 'string', comment: 'The record as it was sent, in Base64. Absent in a dead letter.' },
          { name: 'deadletter', type: 'string', comment: 'Shard and sequence numbers of the records in a dead letter.' },
          { name: 'attemptsmade', type: 'int', comment: 'Attempts to store it.' },
          { name: 'arrivaltimestamp', type: 'bigint', comment: 'When Firehose received it, in milliseconds since 1970.' },
          { name: 'attemptendingtimestamp', type: 'bigint', comment: 'When the last attempt ended, in milliseconds since 1970.' },
          { name: 'datacatalogtable', type: 'string', comment: 'The table whose columns a record could not be converted to.' },
        ],
        location: `s3://${bucket.bucketName}/${LAKE_FOLDERS.quarantine}`,
        inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
      },
      parameters: { EXTERNAL: 'TRUE', classification: 'json' },
    },
  });
  table.addResourceDependency(database);
  return table;
}

/** The folder of the table's files. */
export function folderOf({ table }: LakeNames): string {
  return `${LAKE_FOLDERS.data}${table}/`;
}

/** The folders below it: `year=…/month=…/school=…/`. */
export function folders({ tenant }: LakeColumns, { hasTenantFolders }: LakeLayout, textOf: (name: string) => string): string {
  const names = ['year', 'month', ...(hasTenantFolders ? [tenant] : [])];
  return names.map((name) => `${name}=${textOf(name)}/`).join('');
}
