import { TENANT_SORT_KEY, type TenantRecord, tenantPartition } from './tenant-record';

/** Returns whether a tenant is active now: neither suspended nor leaving, and known. */
export type TenantIsActive = (tenant: string) => Promise<boolean>;

/** The input of `GetItemCommand` that reads the state of a tenant. */
export interface TenantStateInput {
  readonly TableName: string;
  readonly Key: { pk: { S: string }; sk: { S: string } };
  readonly ConsistentRead: true;
  readonly ProjectionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
}

/** The output of `GetItemCommand`. */
export interface TenantStateOutput {
  readonly Item?: Record<string, { readonly S?: string }>;
}

/**
 * Reads the state of a tenant from a TenantDirectory. Whoever opens sessions needs `directory.grants.readTenants`.
 *
 * @param TableName name of the directory's table
 * @param getItem `(input) => dynamodb.send(new GetItemCommand(input))`. Set a timeout on the client, because requests wait for this call.
 */
export function activeInDirectory(TableName: string, getItem: (input: TenantStateInput) => Promise<TenantStateOutput>): TenantIsActive {
  return async (tenant) => {
    const { Item } = await getItem({
      TableName,
      Key: { pk: { S: tenantPartition(tenant) }, sk: { S: TENANT_SORT_KEY } },
      // A tenant that was suspended a moment ago must not look active.
      ConsistentRead: true,
      ProjectionExpression: '#state',
      ExpressionAttributeNames: { '#state': 'state' },
    });
    return Item?.state?.S === ('active' satisfies TenantRecord['state']);
  };
}

/**
 * For platforms without a directory: sessions are opened for every tenant id, also of tenants that are suspended, that have left, and that
 * never existed.
 */
export const treatEveryTenantAsActive: TenantIsActive = async () => true;

/** Thrown if a session is requested for a tenant that is not active. A service answers it with 403. */
export class TenantNotActive extends Error {
  public readonly name = 'TenantNotActive';

  /** @param tenant the tenant's id */
  constructor(public readonly tenant: string) {
    super(`the tenant ${tenant} is not active`);
  }
}
