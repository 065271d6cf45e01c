import { Aws, type Duration, type Size, Stack } from 'aws-cdk-lib';
import type { CfnTable } from 'aws-cdk-lib/aws-glue';
import { type IRole, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type LogGroup, LogStream } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { LAKE_FOLDERS } from '../runtime/lake-folders';
import { createDeliveryRole } from './delivery-role';
import { folderOf, folders } from './lake-catalog';
import type { LakeColumns } from './lake-columns';
import type { LakeLayout } from './lake-layout';
import type { LakeNames } from './lake-names';
import { partitionQuery } from './partition-query';

/** What both delivery streams of a lake have. */
interface StreamProps {
  readonly bucket: IBucket;
  readonly encryptionKey: IKey;
  readonly logGroup: LogGroup;
}

/** What the delivery of changes is made of. */
export interface DeliveryProps extends StreamProps {
  readonly names: LakeNames;
  readonly columns: LakeColumns;
  readonly layout: LakeLayout;
  readonly table: CfnTable;
  readonly bufferInterval: Duration;
  readonly bufferSize: Size;
}

/**
 * How long Firehose tries again to write a partition: the most that it allows, so that the alarm Freshness goes off before a record is
 * dropped. Documented: "RetryOptions", DurationInSeconds.
 */
const RETRY_SECONDS = 7_200;

/** Creates the stream that stores changes as Parquet files, as the child `Delivery`. */
export function createDelivery(scope: Construct, props: DeliveryProps): CfnDeliveryStream {
  const { bucket, encryptionKey, logGroup, names, columns, layout, table, bufferInterval, bufferSize } = props;
  const role = createDeliveryRole(scope, 'DeliveryRole', bucket, [folderOf(names), LAKE_FOLDERS.quarantine], logGroup);
  allowSchema(scope, role, names);
  const stream = createStream(scope, 'Delivery', role, encryptionKey, {
    bucketArn: bucket.bucketArn,
    roleArn: role.roleArn,
    prefix: `${folderOf(names)}${folders(columns, layout, (name) => `!{partitionKeyFromQuery:${name}}`)}`,
    errorOutputPrefix: quarantinePrefix('!{firehose:error-output-type}'),
    fileExtension: '.parquet',
    bufferingHints: { intervalInSeconds: bufferInterval.toSeconds(), sizeInMBs: bufferSize.toMebibytes() },
    // Parquet is compressed inside of the file.
    compressionFormat: 'UNCOMPRESSED',
    encryptionConfiguration: { kmsEncryptionConfig: { awskmsKeyArn: encryptionKey.keyArn } },
    cloudWatchLoggingOptions: logTo(scope, 'DeliveryLogStream', logGroup),
    dynamicPartitioningConfiguration: { enabled: true, retryOptions: { durationInSeconds: RETRY_SECONDS } },
    processingConfiguration: {
      enabled: true,
      processors: [
        {
          type: 'MetadataExtraction',
          parameters: [
            { parameterName: 'MetadataExtractionQuery', parameterValue: partitionQuery(columns, layout) },
            { parameterName: 'JsonParsingEngine', parameterValue: 'JQ-1.6' },
          ],
        },
      ],
    },
    dataFormatConversionConfiguration: {
      enabled: true,
      inputFormatConfiguration: { deserializer: { openXJsonSerDe: { caseInsensitive: true } } },
      outputFormatConfiguration: { serializer: { parquetSerDe: { compression: 'SNAPPY', writerVersion: 'V1' } } },
      schemaConfiguration: {
        catalogId: Aws.ACCOUNT_ID,
        region: Stack.of(scope).region,
        roleArn: role.roleArn,
        databaseName: names.database,
        tableName: names.table,
        versionId: 'LATEST',
      },
    },
  });
  stream.addResourceDependency(table);
  return stream;
}

/** Creates the stream that puts dead letters into quarantine as JSON lines, as the child `DeadLetterDelivery`. */
export function createDeadLetterDelivery(scope: Construct, { bucket, encryptionKey, logGroup }: StreamProps): CfnDeliveryStream {
  const role = createDeliveryRole(scope, 'DeadLetterDeliveryRole', bucket, [LAKE_FOLDERS.quarantine], logGroup);
  return createStream(scope, 'DeadLetterDelivery', role, encryptionKey, {
    bucketArn: bucket.bucketArn,
    roleArn: role.roleArn,
    prefix: quarantinePrefix('dead-letters'),
    errorOutputPrefix: quarantinePrefix('dead-letters-!{firehose:error-output-type}'),
    bufferingHints: { intervalInSeconds: 60, sizeInMBs: 1 },
    compressionFormat: 'UNCOMPRESSED',
    encryptionConfiguration: { kmsEncryptionConfig: { awskmsKeyArn: encryptionKey.keyArn } },
    cloudWatchLoggingOptions: logTo(scope, 'DeadLetterLogStream', logGroup),
    processingConfiguration: {
      enabled: true,
      processors: [{ type: 'AppendDelimiterToRecord', parameters: [{ parameterName: 'Delimiter', parameterValue: '\\n' }] }],
    },
  });
}

function createStream(
  scope: Construct,
  id: string,
  role: Role,
  { keyArn }: IKey,
  destination: CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty,
): CfnDeliveryStream {
  const stream = new CfnDeliveryStream(scope, id, {
    deliveryStreamType: 'DirectPut',
    deliveryStreamEncryptionConfigurationInput: { keyType: 'CUSTOMER_MANAGED_CMK', keyArn },
    extendedS3DestinationConfiguration: destination,
  });
  // Firehose checks the role's permissions when the stream is created.
  stream.node.addDependency(role);
  return stream;
}

/** Firehose reads the columns of the table. Documented: "Grant Firehose access to AWS Glue for data format conversion". */
function allowSchema(scope: Construct, role: IRole, { database, table }: LakeNames): void {
  const resources = [['catalog'], ['database', database], ['table', `${database}/${table}`]].map(([resource, resourceName]) =>
    Stack.of(scope).formatArn({ service: 'glue', resource, ...(resourceName === undefined ? {} : { resourceName }) }),
  );
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['glue:GetTable', 'glue:GetTableVersion', 'glue:GetTableVersions'], resources }),
  );
}

function quarantinePrefix(kind: string): string {
  return `${LAKE_FOLDERS.quarantine}${kind}/!{timestamp:yyyy/MM/dd}/`;
}

function logTo(scope: Construct, id: string, logGroup: LogGroup): CfnDeliveryStream.CloudWatchLoggingOptionsProperty {
  const { logStreamName } = new LogStream(scope, id, { logGroup, removalPolicy: undefined });
  return { enabled: true, logGroupName: logGroup.logGroupName, logStreamName };
}
