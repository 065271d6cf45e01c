import { Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { defaultDatabaseArn } from '../core/private/default-database';
import { resourceKeyUse } from '../core/private/key-use';
import { acknowledgeWildcard } from '../core/private/rule-packs';
import { LAKE_FOLDERS } from '../runtime/lake-folders';
import { lastYear } from '../runtime/lake-years';
import type { IStreamingDataLake } from '../streaming-data-lake';
import type { RewrittenTable } from './rewritten-table';

/** The table of a lake, for a function that rewrites its folders. */
export function rewrittenTable(lake: IStreamingDataLake): RewrittenTable {
  const { bucket, databaseName, tableName, workgroupName, tenantNoun, layout, firstYear } = lake;
  return {
    BUCKET: bucket.bucketName,
    DATA_FOLDER: `${LAKE_FOLDERS.data}${tableName}/`,
    REWRITES_FOLDER: `${LAKE_FOLDERS.rewrites}${tableName}/`,
    DATABASE: databaseName,
    TABLE: tableName,
    WORKGROUP: workgroupName,
    TENANT_NOUN: tenantNoun,
    YEARS: { first: firstYear, last: lastYear(firstYear) },
    HAS_TENANT_FOLDERS: layout.hasTenantFolders,
  };
}

/** What a role may do besides rewriting folders. */
export interface RewritingRoleProps {
  /** Whether it leaves out rows, which it counts, and deletes versions of objects for good. */
  readonly deletesVersions: boolean;
}

// Documented: "Identity-based policies for Athena". Without results: UNLOAD returns no rows. Only rows that are left out are counted.
const ATHENA = [
  'athena:BatchGetQueryExecution',
  'athena:GetQueryExecution',
  'athena:GetWorkGroup',
  'athena:ListQueryExecutions',
  'athena:StartQueryExecution',
  'athena:StopQueryExecution',
];
const GLUE = ['glue:GetDatabase', 'glue:GetPartitions', 'glue:GetTable'];
// Documented: "Allow access to Athena UDFs" and "AWSQuicksightAthenaAccess" list what Athena needs to write files.
const WRITE = ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'];

/**
 * Lets the role of a function read, write and delete the files of one table of a lake, and query it. The table's files and those of
 * unfinished rewrites are all that it can delete.
 */
export function allowRewrites(role: IRole, lake: IStreamingDataLake, { deletesVersions }: RewritingRoleProps): void {
  const { bucket, databaseName, tableName, workgroupName } = lake;
  const { DATA_FOLDER, REWRITES_FOLDER } = rewrittenTable(lake);
  const stack = Stack.of(lake);
  const files = [DATA_FOLDER, REWRITES_FOLDER].map((folder) => bucket.arnForObjects(`${folder}*`));
  const results = bucket.arnForObjects(`${LAKE_FOLDERS.results}*`);
  const glue = [['catalog'], ['database', databaseName], ['table', `${databaseName}/${tableName}`]].map(([resource, resourceName]) =>
    stack.formatArn({ service: 'glue', resource, ...(resourceName === undefined ? {} : { resourceName }) }),
  );
  const workgroup = stack.formatArn({ service: 'athena', resource: 'workgroup', resourceName: workgroupName });
  const list = ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'];
  const statements: [string[], string[]][] = [
    [[...ATHENA, ...(deletesVersions ? ['athena:GetQueryResults'] : [])], [workgroup]],
    [GLUE, glue],
    [['glue:GetDatabase'], [defaultDatabaseArn(stack)]],
    [[...list, ...(deletesVersions ? ['s3:ListBucketVersions'] : [])], [bucket.bucketArn]],
    [
      ['s3:GetObject', ...WRITE],
      [...files, results],
    ],
    [['s3:DeleteObject', ...(deletesVersions ? ['s3:DeleteObjectVersion'] : [])], files],
  ];
  for (const [actions, resources] of statements) role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
  for (const statement of resourceKeyUse(bucket, 's3', ['kms:Decrypt', 'kms:GenerateDataKey'])) role.addToPrincipalPolicy(statement);
  const policy = role.node.findChild('DefaultPolicy');
  for (const resource of [...files, results]) {
    acknowledgeWildcard(policy, resource, 'The wildcard comes after a folder of the lake: Firehose and Athena choose the names of files.');
  }
}
