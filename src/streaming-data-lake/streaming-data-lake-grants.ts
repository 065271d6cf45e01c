import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { invalid } from '../core/private/base/invalid';
import { defaultDatabaseArn } from '../core/private/default-database';
import { resourceKeyUse } from '../core/private/key-use';
import { addToRole } from '../core/private/role-policy';
import { acknowledgeWildcard } from '../core/private/rule-packs';
import { LAKE_FOLDERS } from '../runtime/lake-folders';
import { type ITenantRole, TenantBucketGrants } from '../tenancy';
import { folderOf } from './lake-catalog';
import { type LakeNames, namesOf } from './lake-names';
import type { LakeSourceVariant } from './lake-source-variant';
import type { IStreamingDataLake } from './streaming-data-lake-interface';

const GLUE_READ = ['glue:GetDatabase', 'glue:GetPartition', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'];

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

/** Permissions to query a StreamingDataLake, and to replay what it could not store. */
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
   * Lets a grantee query the rows of **all** tenants in the workgroup of the lake. For the platform's own analysts and reports. It does not
   * include what is in quarantine, where a record has the whole item.
   *
   * @param grantee a role or a user that is trusted with the columns of every tenant
   */
  public queryAllTenants(grantee: IGrantable): Grant {
    const { table, changes, current } = this.names;
    return this.query(grantee, [table, changes, current], LAKE_FOLDERS.data);
  }

  /**
   * Lets a grantee query and read what is in quarantine: **whole items of all tenants**, with the attributes that are no column. For
   * operators.
   *
   * @param grantee a role or a user that is trusted with every attribute of every tenant
   */
  public readQuarantine(grantee: IGrantable): Grant {
    return this.query(grantee, [this.names.quarantine], LAKE_FOLDERS.quarantine);
  }

  /**
   * Lets a grantee replay what is in quarantine, with the commands of the README: `readQuarantine`, the records of the source's stream, and
   * sending to the delivery stream. Who may send to it can add rows of any tenant.
   *
   * @param grantee a role or a user that is trusted with every attribute of every tenant
   * @throws when the lake is imported, because its stream is not known here
   */
  public replay(grantee: IGrantable): Grant {
    const { _source: source } = this.lake as { readonly _source?: LakeSourceVariant };
    if (source === undefined) {
      invalid(
        this.lake,
        'grants.replay',
        this.lake,
        'a StreamingDataLake of this app: an imported one does not know the stream of its table',
      );
    }
    const resource = { service: 'firehose', resource: 'deliverystream', resourceName: this.lake.deliveryStreamName };
    for (const statement of source.bind(this.lake).reads) grantee.grantPrincipal.addToPrincipalPolicy(statement);
    return this.readQuarantine(grantee).combine(
      Grant.addToPrincipal({ grantee, actions: ['firehose:PutRecord'], resourceArns: [Stack.of(this.lake).formatArn(resource)] }),
    );
  }

  /**
   * Lets a grantee delete what is in quarantine, once it was replayed or is not needed. What uses the lake as a complete record, such as
   * `ReportSource.lake`, waits while it is there. Deleted objects can be restored for 30 days.
   *
   * @param grantee a role or a user that decides what becomes of a change that could not be stored
   */
  public clearQuarantine(grantee: IGrantable): Grant {
    const quarantine = this.bucket.arnForObjects(`${LAKE_FOLDERS.quarantine}*`);
    const grant = Grant.addToPrincipal({ grantee, actions: ['s3:DeleteObject'], resourceArns: [quarantine] });
    this.acknowledgeFolders(grantee, [quarantine]);
    return grant;
  }

  private query(grantee: IGrantable, tables: readonly string[], folder: string): Grant {
    const stack = Stack.of(this.lake);
    const read = [folder, LAKE_FOLDERS.results].map((one) => this.bucket.arnForObjects(`${one}*`));
    const results = this.bucket.arnForObjects(`${LAKE_FOLDERS.results}*`);
    const workgroup = stack.formatArn({ service: 'athena', resource: 'workgroup', resourceName: this.names.workgroup });
    const grant = (actions: string[], resourceArns: string[]): Grant => Grant.addToPrincipal({ grantee, actions, resourceArns });
    const grants = [
      grant(ATHENA_QUERY, [workgroup]),
      grant(GLUE_READ, this.definitions(tables)),
      grant(['glue:GetDatabase'], [defaultDatabaseArn(stack)]),
      grant(['s3:GetBucketLocation', 's3:ListBucket'], [this.bucket.bucketArn]),
      grant(['s3:GetObject'], read),
      grant(['s3:AbortMultipartUpload', 's3:PutObject'], [results]),
    ];
    for (const statement of resourceKeyUse(this.bucket, 's3', ['kms:Decrypt', 'kms:GenerateDataKey'])) {
      grantee.grantPrincipal.addToPrincipalPolicy(statement);
    }
    this.acknowledgeFolders(grantee, read);
    return grants.reduce((all, one) => all.combine(one));
  }

  private acknowledgeFolders(grantee: IGrantable, resources: readonly string[]): void {
    const policy = (grantee.grantPrincipal as Partial<IRole>).node?.tryFindChild('DefaultPolicy');
    if (policy === undefined) return;
    for (const resource of resources) {
      acknowledgeWildcard(policy, resource, 'The wildcard comes after a folder of the lake, whose objects are all granted.');
    }
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
