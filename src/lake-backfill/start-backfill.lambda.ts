import { DescribeContinuousBackupsCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { readSettings } from '../runtime/environment';
import { writeLines } from '../runtime/log-line';
import { planOf, type Recoverable } from './lambda/plan';
import { queueMessages } from './lambda/queue-messages';
import { START_VARIABLES, type StartSettings } from './settings';

const { QUEUE_URL, TABLE_NAME: TableName } = readSettings<StartSettings>(START_VARIABLES);
const [tables, queues] = [new DynamoDBClient({}), new SQSClient({})];

/** Puts the exports of a backfill into the queue: `{}` for the whole table, `{"from":"…","to":"…"}` for a span. */
export async function handler(event: unknown, { awsRequestId }: { readonly awsRequestId: string }): Promise<object> {
  const plan = planOf(event, awsRequestId, await recoverable());
  await queueMessages(queues, QUEUE_URL, plan, 0);
  writeLines({ level: 'INFO', message: 'Backfill requested', backfill: awsRequestId, exports: plan.length });
  return { backfill: awsRequestId, exports: plan.length };
}

async function recoverable(): Promise<Recoverable> {
  const { ContinuousBackupsDescription: backups } = await tables.send(new DescribeContinuousBackupsCommand({ TableName }));
  const { EarliestRestorableDateTime: earliest, LatestRestorableDateTime: latest } = backups?.PointInTimeRecoveryDescription ?? {};
  if (earliest === undefined || latest === undefined) throw new Error(`the table ${TableName} has no point-in-time recovery: turn it on`);
  return { earliest: Math.ceil(earliest.getTime() / 1000), latest: Math.floor(latest.getTime() / 1000) };
}
