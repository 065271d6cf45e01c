import { Aws, CfnCondition, Fn, Stack, Token } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { EVENTS_FOLDER } from './trail-buckets';
import { EVENTS_TABLE, type TrailNames } from './trail-names';

/** What the table of a trail is made of. */
export interface TrailCatalogProps {
  readonly names: TrailNames;
  readonly bucket: IBucket;
  /** Regions whose events queries read. */
  readonly regions: string[] | undefined;
  /** How many days of events there are. */
  readonly days: number;
}

/** Where IAM, Organizations and other global services report their calls. Documented: "Global service events". */
const GLOBAL_REGION = 'us-east-1';

const SESSION =
  'struct<attributes:struct<mfaauthenticated:string,creationdate:string>,sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,username:string>,ec2roledelivery:string,webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>';

/** Documented: "Create a table for CloudTrail logs in Athena using partition projection" (Amazon Athena user guide). */
const COLUMNS: Readonly<Record<string, string>> = {
  eventversion: 'string',
  useridentity: `struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,onbehalfof:struct<userid:string,identitystorearn:string>,sessioncontext:${SESSION}>`,
  eventtime: 'string',
  eventsource: 'string',
  eventname: 'string',
  awsregion: 'string',
  sourceipaddress: 'string',
  useragent: 'string',
  errorcode: 'string',
  errormessage: 'string',
  requestparameters: 'string',
  responseelements: 'string',
  additionaleventdata: 'string',
  requestid: 'string',
  eventid: 'string',
  readonly: 'string',
  resources: 'array<struct<arn:string,accountid:string,type:string>>',
  eventtype: 'string',
  apiversion: 'string',
  recipientaccountid: 'string',
  serviceeventdetails: 'string',
  sharedeventid: 'string',
  vpcendpointid: 'string',
  vpcendpointaccountid: 'string',
  eventcategory: 'string',
  sessioncredentialfromconsole: 'string',
  edgedevicedetails: 'string',
  tlsdetails: 'struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>',
};

/**
 * Creates the database of a trail and its table, as the children `Database` and `Table`. Athena computes the partitions, one for each day
 * and Region: none has to be registered.
 */
export function createCatalog(scope: Construct, { names, bucket, regions, days }: TrailCatalogProps): void {
  const database = new CfnDatabase(scope, 'Database', {
    catalogId: Aws.ACCOUNT_ID,
    databaseInput: { name: names.database, description: `Calls to AWS, by ${scope.node.path}` },
  });
  const location = `s3://${bucket.bucketName}/${EVENTS_FOLDER}${Stack.of(scope).account}/CloudTrail/`;
  const table = new CfnTable(scope, 'Table', {
    catalogId: Aws.ACCOUNT_ID,
    databaseName: names.database,
    tableInput: {
      name: EVENTS_TABLE,
      description: 'Each call is a row.',
      tableType: 'EXTERNAL_TABLE',
      partitionKeys: [
        { name: 'region', type: 'string', comment: 'Region that recorded the call.' },
        { name: 'day', type: 'string', comment: 'Day of the delivery in UTC, such as 2026/11/30.' },
      ],
      storageDescriptor: {
        columns: Object.entries(COLUMNS).map(([name, type]) => ({ name, type })),
        location,
        inputFormat: 'com.amazon.emr.cloudtrail.CloudTrailInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        serdeInfo: { serializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe' },
      },
      // Documented: "Supported types for partition projection".
      parameters: {
        EXTERNAL: 'TRUE',
        classification: 'cloudtrail',
        'projection.enabled': 'true',
        'projection.region.type': 'enum',
        'projection.region.values': regions?.join(',') ?? defaultRegions(scope),
        'projection.day.type': 'date',
        'projection.day.format': 'yyyy/MM/dd',
        'projection.day.interval': '1',
        'projection.day.interval.unit': 'DAYS',
        'projection.day.range': `NOW-${days}DAYS,NOW`,
        'storage.location.template': `${location}\${region}/\${day}/`,
      },
    },
  });
  table.addResourceDependency(database);
}

/** The Region of the stack, and that of global services. A Region that is listed twice would be read twice. */
function defaultRegions(scope: Construct): string {
  const { region } = Stack.of(scope);
  const both = `${region},${GLOBAL_REGION}`;
  if (!Token.isUnresolved(region)) return region === GLOBAL_REGION ? region : both;
  const expression = Fn.conditionEquals(region, GLOBAL_REGION);
  const isGlobal = new CfnCondition(scope, 'IsGlobalRegion', { expression });
  return Token.asString(Fn.conditionIf(isGlobal.logicalId, region, both));
}
