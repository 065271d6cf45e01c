import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { invalid } from '../core/private/base/invalid';
import { resourceKeyUse } from '../core/private/key-use';
import { addToRole } from '../core/private/role-policy';
import { acknowledgeWildcard } from '../core/private/rule-packs';
import { LAKE_FOLDERS } from '../runtime/lake-folders';
import { type ITenantRole, TenantBucketGrants } from '../tenancy';
import { folderOf } from './lake-catalog';
import { type LakeNames, namesOf } from './lake-names';
import type { IStreamingDataLake } from './streaming-data-lake-interface';

const GLUE_READ = ['glue:GetDatabase', 'glue:GetPartition', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'];

// Documented: "Identity-based policies for Athena": what StartQueryExecution, its results and the console of a workgroup need, with its saved
// queries.
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

/** Permissions to query a StreamingDataLake. */
export class StreamingDataLakeGrants {
  /**
   * The grants of a lake.
   *
   * @param lake a StreamingDataLake, or an imported one
   */
  public static fromStreamingDataLake(lake: IStreamingDataLake): StreamingDataLakeGrants {
    return new StreamingDataLakeGrants(lake);
  }

  private readonly bucket: IBucket;
  private readonly names: LakeNames;

  private constructor(private readonly lake: IStreamingDataLake) {
    this.bucket = lake.bucket;
    this.names = namesOf(lake.workgroupName, lake.databaseName, lake.tableName);
  }

  /**
   * Lets sessions of a tenant role list and read the files of their own tenant, and read the definitions of tables, for a query engine of
   * the tenant's own. Not Athena: its workgroup has one folder of results and one history of queries for all tenants.
   *
   * @param role a role of the source's tenancy
   * @returns the allow statements on the files; matching deny statements are added as well
   * @throws when the layout has no folder for each tenant, or the role belongs to another tenancy
   */
  public tenantRead(role: ITenantRole): Grant {
    const { layout, tenantNoun } = this.lake;
    if (!layout.hasTenantFolders) {
      invalid(
        this.lake,
        'layout',
        layout,
        'LakeLayout.perTenant() for a tenant that reads its own files: otherwise a file has the rows of all tenants',
      );
    }
    if (role.tenancy.noun !== tenantNoun) {
      invalid(role.role, 'tenancy.noun', role.tenancy.noun, `${tenantNoun}, the noun of the tenants in ${this.lake.node.path}`);
    }
    addToRole(role.role, this.bucket, new PolicyStatement({ actions: GLUE_READ, resources: this.definitions([this.names.table]) }));
    return TenantBucketGrants.fromBucket(this.bucket).tenantLakeRead(role, folderOf(this.names));
  }

  /**
   * Lets a grantee query the rows of **all** tenants in the workgroup of the lake, and read what is in quarantine. For the platform's own
   * analysts and reports.
   *
   * @param grantee a role or a user that is trusted with the data of every tenant
   */
  public queryAllTenants(grantee: IGrantable): Grant {
    const { table, changes, current, quarantine, workgroup } = this.names;
    const stack = Stack.of(this.lake);
    const read = [LAKE_FOLDERS.data, LAKE_FOLDERS.quarantine, LAKE_FOLDERS.results].map((folder) =>
      this.bucket.arnForObjects(`${folder}*`),
    );
    const results = this.bucket.arnForObjects(`${LAKE_FOLDERS.results}*`);
    const grant = (actions: string[], resourceArns: string[]): Grant => Grant.addToPrincipal({ grantee, actions, resourceArns });
    const grants = [
      grant(ATHENA_QUERY, [stack.formatArn({ service: 'athena', resource: 'workgroup', resourceName: workgroup })]),
      grant(GLUE_READ, this.definitions([table, changes, current, quarantine])),
      grant(['s3:GetBucketLocation', 's3:ListBucket'], [this.bucket.bucketArn]),
      grant(['s3:GetObject'], read),
      grant(['s3:AbortMultipartUpload', 's3:PutObject'], [results]),
    ];
    for (const statement of resourceKeyUse(this.bucket, 's3', ['kms:Decrypt', 'kms:GenerateDataKey'])) {
      grantee.grantPrincipal.addToPrincipalPolicy(statement);
    }
    const policy = (grantee.grantPrincipal as Partial<IRole>).node?.tryFindChild('DefaultPolicy');
    if (policy !== undefined) {
      for (const resource of read) {
        acknowledgeWildcard(policy, resource, 'The wildcard comes after a folder of the lake, whose rows are all granted.');
      }
    }
    return grants.reduce((all, one) => all.combine(one));
  }

  private definitions(tables: readonly string[]): string[] {
    const { database } = this.names;
    const stack = Stack.of(this.lake);
    return [
      stack.formatArn({ service: 'glue', resource: 'catalog' }),
      stack.formatArn({ service: 'glue', resource: 'database', resourceName: database }),
      ...tables.map((table) => stack.formatArn({ service: 'glue', resource: 'table', resourceName: `${database}/${table}` })),
    ];
  }
}
