import type { Ask } from './athena';
import type { Item } from './observer';

/** What is in the quarantine of a lake: the record that was sent, or the message of the dead-letter queue. */
export interface Quarantined {
  readonly reason: string;
  readonly record?: { readonly eventName: string; readonly item?: Item };
  /** Sequence numbers of the first and the last record that the pipe gave up. */
  readonly deadLetter?: { readonly condition: string; readonly from: bigint; readonly to: bigint };
}

/** @param table of quarantine, with its database where the query has none */
export async function quarantinedIn(ask: Ask, table: string, database?: string): Promise<Quarantined[]> {
  const sql = `SELECT coalesce(errormessage, lasterrormessage) AS reason, rawdata, deadletter FROM ${table}`;
  const { rows } = await ask(sql, database === undefined ? {} : { database });
  return rows.map(([reason, rawData, deadLetter]) => ({
    reason: reason ?? '',
    ...(rawData === null ? {} : { record: recordIn(rawData) }),
    ...(deadLetter === null ? {} : { deadLetter: deadLetterIn(deadLetter) }),
  }));
}

function recordIn(rawData: string): Quarantined['record'] {
  const { event_name: eventName, item } = JSON.parse(Buffer.from(rawData, 'base64').toString()) as { event_name: string; item?: Item };
  return { eventName, item };
}

/** Keys of nested JSON are in lower case, as in columns. */
function deadLetterIn(text: string): Quarantined['deadLetter'] {
  const { context, ddbstreambatchinfo: info } = JSON.parse(text) as {
    context: { condition: string };
    ddbstreambatchinfo: { startsequencenumber: string; endsequencenumber: string };
  };
  return { condition: context.condition, from: BigInt(info.startsequencenumber), to: BigInt(info.endsequencenumber) };
}
