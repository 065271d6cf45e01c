import { DynamoDBClient, GetItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { Sandbox } from '../../sandbox';
import type { ReportItem } from './verdict';

/** The period as the table has it. */
export interface PeriodItem {
  readonly status: string;
  readonly attempt: number;
  readonly consecutiveFailures: number;
}

/** The breaker of the API as the table has it. */
export interface BreakerItem {
  readonly state: string;
  readonly version: number;
  readonly openings: number;
  readonly openUntil: number;
}

/** Reads the table of a sync. */
export interface SyncTable {
  period(period: string): Promise<PeriodItem | undefined>;
  reports(period: string): Promise<ReportItem[]>;
  breaker(): Promise<BreakerItem>;
  close(): void;
}

export function openSyncTable({ endpoint, assembly }: Sandbox, tableName: string): SyncTable {
  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  const client = new DynamoDBClient({ endpoint: endpoint.url, region: assembly.region, credentials: { accessKeyId, secretAccessKey } });
  const get = async (pk: string, sk: string) => {
    const Key = { pk: { S: pk }, sk: { S: sk } };
    return (await client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item;
  };
  return {
    async period(period) {
      const item = await get(`PERIOD#${period}`, 'PERIOD');
      if (item === undefined) return undefined;
      const number = (name: string) => Number(item[name]?.N ?? 0);
      return { status: item.status?.S ?? '', attempt: number('attempt'), consecutiveFailures: number('consecutiveFailures') };
    },
    async reports(period) {
      const found: ReportItem[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
          ExpressionAttributeValues: { ':pk': { S: `PERIOD#${period}` }, ':sk': { S: 'REPORT#' } },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages)
        for (const { sk, status, payloadHash, rows, sends, receipt } of Items)
          found.push({
            ...{ school: sk.S?.slice('REPORT#'.length) ?? '', status: status?.S ?? '', payloadHash: payloadHash?.S ?? '' },
            ...{ rows: Number(rows?.N ?? 0), sends: Number(sends?.N ?? 0) },
            ...(receipt?.S === undefined ? {} : { receipt: receipt.S }),
          });
      return found;
    },
    async breaker() {
      const item = (await get('API', 'API')) ?? {};
      const number = (name: string) => Number(item[name]?.N ?? 0);
      return {
        state: item.breaker?.S ?? 'CLOSED',
        ...{ version: number('breakerVersion'), openings: number('openings'), openUntil: number('openUntil') },
      };
    },
    close: () => client.destroy(),
  };
}
