import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { acknowledgeFolders, definitions, GLUE_READ, grantQueries } from '../core/private/athena/query-grant';
import { invalid } from '../core/private/base/invalid';
import { addToRole } from '../core/private/role-policy';
import { LAKE_FOLDERS } from '../runtime/lake-folders';
import { type ITenantRole, TenantBucketGrants } from '../tenancy';
import { folderOf } from './lake-catalog';
import { type LakeNames, namesOf } from './lake-names';
import type { LakeSourceVariant } from './lake-source-variant';
import type { IStreamingDataLake } from './streaming-data-lake-interface';

/** Whose folders are granted, for a reader of acknowledged findings. */
const OF = 'the lake';

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
    addToRole(
      role.role,
      this.bucket,
      new PolicyStatement({ actions: GLUE_READ, resources: definitions(this.lake, this.names.database, [this.names.table]) }),
    );
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
    acknowledgeFolders(grantee, [quarantine], OF);
    return grant;
  }

  private query(grantee: IGrantable, tables: readonly string[], folder: string): Grant {
    const { bucket, names } = this;
    const results = { bucket, folder: LAKE_FOLDERS.results };
    return grantQueries(this.lake, grantee, { ...names, tables, data: { bucket, folder }, results, of: OF });
  }
}
