import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TENANT_SORT_KEY, type TenantState, tenantOfPartition, tenantPartition } from '../../runtime/tenant-record';
import type { TenantStatesDependencies } from './tenant-states';

/** Reads records of tenants from the table of a directory, consistently. The client must not retry, as in `sendWith`. */
export function readWith(client: DynamoDBClient, tableName: string): TenantStatesDependencies['read'] {
  return async (tenants, timeout) => {
    const command = new BatchGetItemCommand({
      RequestItems: {
        [tableName]: {
          ConsistentRead: true,
          Keys: tenants.map((tenant) => ({ pk: { S: tenantPartition(tenant) }, sk: { S: TENANT_SORT_KEY } })),
          // `state` is a reserved word.
          ProjectionExpression: 'pk, #state, accessEndedAt',
          ExpressionAttributeNames: { '#state': 'state' },
        },
      },
    });
    const { Responses, UnprocessedKeys } = await client.send(command, { abortSignal: AbortSignal.timeout(timeout) });
    return {
      found: (Responses?.[tableName] ?? []).map(({ pk, state, accessEndedAt }) => ({
        tenant: tenantOfPartition(pk?.S ?? ''),
        state: state?.S as TenantState,
        accessEndedAt: accessEndedAt?.S,
      })),
      unprocessed: (UnprocessedKeys?.[tableName]?.Keys ?? []).map(({ pk }) => tenantOfPartition(pk?.S ?? '')),
    };
  };
}
