import { supported } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';

export const STREAM = 'AWS::KinesisFirehose::DeliveryStream';

const nameOf = (of: Identity): string => of.name('DeliveryStreamName', 64);
const S3 = 'ExtendedS3DestinationConfiguration';
const CONVERSION = `${S3}.DataFormatConversionConfiguration`;
const PARQUET = `${CONVERSION}.OutputFormatConfiguration.Serializer.ParquetSerDe`;

export const streamType: ResourceType = {
  type: STREAM,
  support: 'runs',
  reason: 'buffers by size and time on the clock of the sandbox, and writes to a bucket, also as Parquet and by partition',
  properties: supported(
    [
      'runs',
      'DeliveryStreamName DeliveryStreamType',
      `${S3}.{BucketARN,RoleARN,Prefix,ErrorOutputPrefix,CompressionFormat,FileExtension,CustomTimeZone,S3BackupMode}`,
      `${S3}.BufferingHints.{IntervalInSeconds,SizeInMBs} ${S3}.CloudWatchLoggingOptions.{Enabled,LogGroupName,LogStreamName}`,
      `${S3}.DynamicPartitioningConfiguration.Enabled ${S3}.DynamicPartitioningConfiguration.RetryOptions.DurationInSeconds`,
      `${S3}.ProcessingConfiguration.Enabled ${S3}.ProcessingConfiguration.Processors.Type`,
      `${S3}.ProcessingConfiguration.Processors.Parameters.{ParameterName,ParameterValue}`,
      `${CONVERSION}.Enabled ${CONVERSION}.SchemaConfiguration.{CatalogId,DatabaseName,Region,RoleARN,TableName,VersionId}`,
      `${CONVERSION}.InputFormatConfiguration.Deserializer.OpenXJsonSerDe.{CaseInsensitive,ColumnToJsonKeyMappings,ConvertDotsInJsonKeysToUnderscores}`,
      `${PARQUET}.Compression`,
    ],
    ['evaluated', `${S3}.EncryptionConfiguration.NoEncryptionConfig ${S3}.EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN`],
    ['evaluated', 'DeliveryStreamEncryptionConfigurationInput.{KeyARN,KeyType}'],
    [
      'template only: it affects the layout of Parquet files',
      `${PARQUET}.{BlockSizeBytes,EnableDictionaryCompression,MaxPaddingBytes,PageSizeBytes,WriterVersion}`,
    ],
    ['template only: the sandbox does not read tags', 'Tags'],
  ),
  ref: nameOf,
  attributes: { Arn: (of) => `arn:aws:firehose:${of.region}:${of.account}:deliverystream/${nameOf(of)}` },
};
