import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { defaultDatabaseArn } from '../default-database';
import { resourceKeyUse } from '../key-use';
import { acknowledgeWildcard } from '../rule-packs';

/** What reads the definitions of tables. */
export const GLUE_READ = ['glue:GetDatabase', 'glue:GetPartition', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'];

// Documented: "Example workgroup policies": what programs and the AWS CLI need to run queries of a workgroup, its saved ones included. The
// console needs actions on every workgroup and catalog besides; the README has them.
const ATHENA_QUERY = [
  'athena:BatchGetNamedQuery',
  'athena:GetNamedQuery',
  'athena:GetQueryExecution',
  'athena:GetQueryResults',
  'athena:GetQueryRuntimeStatistics',
  'athena:GetWorkGroup',
  'athena:ListNamedQueries',
  'athena:ListQueryExecutions',
  'athena:StartQueryExecution',
  'athena:StopQueryExecution',
];

/** A folder of a bucket, such as `data/`. */
export interface Folder {
  readonly bucket: IBucket;
  readonly folder: string;
}

/** What is queried. */
export interface QueryAccess {
  readonly workgroup: string;
  readonly database: string;
  readonly tables: readonly string[];
  /** Where the files of the tables are. */
  readonly data: Folder;
  /** Where the workgroup writes results. */
  readonly results: Folder;
  /** What has the folders, for a reader of the reasons of acknowledged findings: `the lake`. */
  readonly of: string;
}

/** Lets a grantee query tables in a workgroup, and read the results. */
export function grantQueries(scope: IConstruct, grantee: IGrantable, access: QueryAccess): Grant {
  const { workgroup, database, tables, data, results, of } = access;
  const stack = Stack.of(scope);
  const [read, written] = [data, results].map(({ bucket, folder }) => bucket.arnForObjects(`${folder}*`));
  const buckets = data.bucket === results.bucket ? [data.bucket] : [data.bucket, results.bucket];
  const grant = (actions: string[], resourceArns: string[]): Grant => Grant.addToPrincipal({ grantee, actions, resourceArns });
  const grants = [
    grant(ATHENA_QUERY, [stack.formatArn({ service: 'athena', resource: 'workgroup', resourceName: workgroup })]),
    grant(GLUE_READ, definitions(scope, database, tables)),
    grant(['glue:GetDatabase'], [defaultDatabaseArn(stack)]),
    grant(
      ['s3:GetBucketLocation', 's3:ListBucket'],
      buckets.map(({ bucketArn }) => bucketArn),
    ),
    grant(['s3:GetObject'], [read, written]),
    grant(['s3:AbortMultipartUpload', 's3:PutObject'], [written]),
  ];
  for (const bucket of buckets) {
    for (const statement of resourceKeyUse(bucket, 's3', ['kms:Decrypt', 'kms:GenerateDataKey'])) {
      grantee.grantPrincipal.addToPrincipalPolicy(statement);
    }
  }
  acknowledgeFolders(grantee, [read, written], of);
  return grants.reduce((all, one) => all.combine(one));
}

/** Acknowledges that a grant ends with a wildcard. */
export function acknowledgeFolders(grantee: IGrantable, resources: readonly string[], of: string): void {
  const reason = `The wildcard comes after a folder of ${of}, whose objects are all granted.`;
  for (const resource of resources) acknowledgeGranted(grantee, resource, reason);
}

/** Acknowledges a wildcard in the own policy of a grantee, if it has one in this app. */
export function acknowledgeGranted(grantee: IGrantable, resource: string, reason: string): void {
  const policy = (grantee.grantPrincipal as Partial<IRole>).node?.tryFindChild('DefaultPolicy');
  if (policy !== undefined) acknowledgeWildcard(policy, resource, reason);
}

/** ARNs of the definitions of tables in the AWS Glue Data Catalog. */
export function definitions(scope: IConstruct, database: string, tables: readonly string[]): string[] {
  const stack = Stack.of(scope);
  return [
    stack.formatArn({ service: 'glue', resource: 'catalog' }),
    stack.formatArn({ service: 'glue', resource: 'database', resourceName: database }),
    ...tables.map((table) => stack.formatArn({ service: 'glue', resource: 'table', resourceName: `${database}/${table}` })),
  ];
}
