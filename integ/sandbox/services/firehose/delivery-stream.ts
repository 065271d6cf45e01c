import { type Properties, propertiesOf } from '../../assembly/properties';
import type { Assembly, JsonObject, Resource } from '../../contracts';
import { objectOf } from '../../protocol/json';
import { type Prefix, prefixOf } from './prefix';

/** The conversion of JSON records to Parquet, with the schema of a table of the catalog. */
export interface Conversion {
  readonly roleArn: string;
  readonly database: string;
  readonly table: string;
  readonly compression: string;
  /** The settings of the OpenX JSON SerDe. */
  readonly caseInsensitive: boolean;
  readonly mappings: Readonly<Record<string, string>>;
  readonly dots: boolean;
}

/** A delivery stream of the template. */
export interface TemplateStream {
  readonly resource: Resource;
  readonly name: string;
  readonly arn: string;
  readonly bucket: string;
  readonly roleArn: string;
  readonly prefix: Prefix;
  readonly errorPrefix: Prefix;
  readonly intervalSeconds: number;
  readonly sizeBytes: number;
  readonly compression: 'UNCOMPRESSED' | 'GZIP';
  readonly extension: string;
  readonly conversion?: Conversion;
  /** The jq query of the partition keys. */
  readonly query?: string;
  /** How long a delivery is tried again. */
  readonly retrySeconds: number;
  readonly delimiter: string;
  readonly key?: string;
  readonly streamKey?: string;
  readonly logs?: { readonly group: string; readonly stream: string };
}

const MIB = 1024 * 1024;
const DEFAULT_PREFIX = '!{timestamp:yyyy/MM/dd/HH}/';
const COMPRESSIONS: Readonly<Record<string, string>> = { UNCOMPRESSED: 'uncompressed', GZIP: 'gzip', SNAPPY: 'snappy' };

/**
 * Reads a delivery stream, and validates it as CreateDeliveryStream does.
 *
 * @throws if AWS would reject it or the sandbox does not support it
 */
export function readStream(assembly: Assembly, resource: Resource): TemplateStream {
  const stream = propertiesOf(assembly, resource);
  const kind = stream.text('DeliveryStreamType') ?? 'DirectPut';
  if (kind !== 'DirectPut') throw stream.invalid('DeliveryStreamType', `${kind} is not supported: only DirectPut is`);
  const s3 = stream.object('ExtendedS3DestinationConfiguration');
  if (s3 === undefined) throw stream.invalid('ExtendedS3DestinationConfiguration', 'is missing: no other destination is supported');
  if ((s3.text('S3BackupMode') ?? 'Disabled') !== 'Disabled') throw s3.invalid('S3BackupMode', 'Enabled is not supported');
  if ((s3.text('CustomTimeZone') ?? 'UTC') !== 'UTC')
    throw s3.invalid('CustomTimeZone', `${s3.text('CustomTimeZone')} is not supported: only UTC is`);
  const conversion = conversionOf(s3);
  const partitioned = s3.object('DynamicPartitioningConfiguration');
  const dynamic = partitioned?.flag('Enabled') ?? false;
  const { query, delimiter } = processorsOf(s3);
  const encryption = stream.object('DeliveryStreamEncryptionConfigurationInput');
  const logging = s3.object('CloudWatchLoggingOptions');
  const compression = compressionOf(s3, conversion !== undefined);
  return {
    ...{ resource, name: assembly.ref(resource), arn: assembly.attribute(resource, 'Arn'), roleArn: s3.required('RoleARN') },
    bucket: s3.required('BucketARN').replace(/^.*:/, ''),
    ...prefixesOf(s3, dynamic, query),
    ...hintsOf(s3, conversion !== undefined, dynamic),
    ...{ compression, conversion, query: dynamic ? query : undefined, delimiter },
    extension: s3.text('FileExtension') ?? (conversion === undefined ? (compression === 'GZIP' ? '.gz' : '') : '.parquet'),
    retrySeconds: partitioned?.object('RetryOptions')?.number('DurationInSeconds') ?? (dynamic ? 300 : 24 * 3600),
    key: s3.object('EncryptionConfiguration')?.object('KMSEncryptionConfig')?.required('AWSKMSKeyARN'),
    streamKey: encryption?.text('KeyType') === 'CUSTOMER_MANAGED_CMK' ? encryption.required('KeyARN') : undefined,
    logs: logging?.flag('Enabled') ? { group: logging.required('LogGroupName'), stream: logging.required('LogStreamName') } : undefined,
  };
}

function conversionOf(s3: Properties): Conversion | undefined {
  const given = s3.object('DataFormatConversionConfiguration');
  if (given === undefined || !(given.text('Enabled') === undefined || given.flag('Enabled'))) return undefined;
  const serializer = given.object('OutputFormatConfiguration')?.object('Serializer');
  const parquet = serializer?.object('ParquetSerDe');
  if (parquet === undefined) throw given.invalid('OutputFormatConfiguration', 'is not supported: only ParquetSerDe is');
  const openX = given.object('InputFormatConfiguration')?.object('Deserializer')?.object('OpenXJsonSerDe');
  if (openX === undefined) throw given.invalid('InputFormatConfiguration', 'is not supported: only OpenXJsonSerDe is');
  const schema = given.object('SchemaConfiguration');
  if (schema === undefined) throw given.invalid('SchemaConfiguration', 'is missing');
  const compression = parquet.text('Compression') ?? 'SNAPPY';
  if (COMPRESSIONS[compression] === undefined)
    throw parquet.invalid('Compression', `${compression} is not one of ${Object.keys(COMPRESSIONS).join(', ')}`);
  return {
    roleArn: schema.required('RoleARN'),
    database: schema.required('DatabaseName'),
    table: schema.required('TableName'),
    compression: COMPRESSIONS[compression],
    caseInsensitive: openX.text('CaseInsensitive') === undefined || openX.flag('CaseInsensitive'),
    mappings: openX.texts('ColumnToJsonKeyMappings'),
    dots: openX.flag('ConvertDotsInJsonKeysToUnderscores'),
  };
}

function compressionOf(s3: Properties, converts: boolean): TemplateStream['compression'] {
  const given = s3.text('CompressionFormat') ?? 'UNCOMPRESSED';
  if (converts && given !== 'UNCOMPRESSED')
    throw s3.invalid('CompressionFormat', `must be UNCOMPRESSED if data format conversion is enabled, not ${given}`);
  if (given !== 'UNCOMPRESSED' && given !== 'GZIP')
    throw s3.invalid('CompressionFormat', `${given} is not supported: only UNCOMPRESSED and GZIP are`);
  return given;
}

/** Documented: BufferingHints, and "Buffer data for dynamic partitioning". */
function hintsOf(s3: Properties, converts: boolean, dynamic: boolean) {
  const hints = s3.object('BufferingHints');
  const [least, ofSize, shortest] = converts || dynamic ? [64, 128, 60] : [1, 5, 0];
  const size = hints?.number('SizeInMBs') ?? ofSize;
  const seconds = hints?.number('IntervalInSeconds') ?? 300;
  if (!(size >= least && size <= 128)) throw s3.invalid('BufferingHints.SizeInMBs', `is ${size}: it must be from ${least} to 128`);
  if (!(seconds >= shortest && seconds <= 900))
    throw s3.invalid('BufferingHints.IntervalInSeconds', `is ${seconds}: it must be from ${shortest} to 900`);
  return { intervalSeconds: seconds, sizeBytes: size * MIB };
}

function processorsOf(s3: Properties): { readonly query?: string; readonly delimiter: string } {
  const processing = s3.object('ProcessingConfiguration');
  if (processing === undefined || !processing.flag('Enabled')) return { delimiter: '' };
  let query: string | undefined;
  let delimiter = '';
  for (const processor of processing.list('Processors')) {
    const type = processor.required('Type');
    const parameters = Object.fromEntries(
      processor.list('Parameters').map((one) => [one.required('ParameterName'), one.text('ParameterValue') ?? '']),
    );
    if (type === 'MetadataExtraction') {
      query = parameters.MetadataExtractionQuery;
      if (query === undefined) throw processor.invalid('Parameters', 'has no MetadataExtractionQuery');
      if (parameters.JsonParsingEngine !== 'JQ-1.6') throw processor.invalid('Parameters', 'must have JsonParsingEngine JQ-1.6');
    } else if (type === 'AppendDelimiterToRecord') {
      delimiter = (parameters.Delimiter ?? '\\n').replaceAll('\\n', '\n');
    } else {
      throw processor.invalid('Type', `${type} is not supported: only MetadataExtraction and AppendDelimiterToRecord are`);
    }
  }
  return { query, delimiter };
}

/** Documented: "Semantic rules" of prefixes, and "Understand partitioning keys". */
function prefixesOf(s3: Properties, dynamic: boolean, query: string | undefined): Pick<TemplateStream, 'prefix' | 'errorPrefix'> {
  const prefix = s3.attempt('Prefix', () => prefixOf(s3.text('Prefix') ?? DEFAULT_PREFIX));
  const given = s3.text('ErrorOutputPrefix');
  const errorPrefix = s3.attempt('ErrorOutputPrefix', () => prefixOf(given ?? `!{firehose:error-output-type}/${DEFAULT_PREFIX}`));
  if (prefix.hasErrorType) throw s3.invalid('Prefix', 'must not contain !{firehose:error-output-type}');
  if (errorPrefix.keys.length > 0) throw s3.invalid('ErrorOutputPrefix', 'must not contain partition keys');
  if (given === undefined && (dynamic || (s3.text('Prefix') !== undefined && prefix.hasExpressions))) {
    throw s3.invalid('ErrorOutputPrefix', 'is missing: dynamic partitioning and a prefix with expressions need it');
  }
  if (given !== undefined && !errorPrefix.hasErrorType) throw s3.invalid('ErrorOutputPrefix', 'must contain !{firehose:error-output-type}');
  if (dynamic && query === undefined)
    throw s3.invalid('ProcessingConfiguration', 'needs a MetadataExtraction processor for dynamic partitioning');
  if (dynamic && prefix.keys.length === 0)
    throw s3.invalid('Prefix', 'must contain the partition keys of the query, !{partitionKeyFromQuery:…}');
  if (!dynamic && (query !== undefined || prefix.keys.length > 0)) {
    throw s3.invalid('DynamicPartitioningConfiguration.Enabled', 'must be true for partition keys');
  }
  return { prefix, errorPrefix };
}

/** The columns of a table as GetTableVersions returns it. */
export function columnsOf(table: JsonObject): [string, string][] {
  const columns = objectOf(table.StorageDescriptor).Columns;
  return (Array.isArray(columns) ? columns : []).map((column) => [String(objectOf(column).Name), String(objectOf(column).Type)]);
}
