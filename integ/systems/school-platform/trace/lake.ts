import { athenaIn, quoted } from '../../../kit/athena';
import type { Station } from '../../../kit/request-trace/station';
import type { Sandbox } from '../../../sandbox';
import { DATABASE, WORKGROUP } from '../board';

/** Where the rows of a request are: in the folder of its school, and of the year in which it was sent or the next one. */
export interface LakeFolder {
  readonly school: string;
  /** When it was sent. */
  readonly at: number;
}

/** The rows of a request in the lake. A row may have been delivered twice, with the same `event_id`. */
export async function lakeStations(sandbox: Sandbox, { school, at }: LakeFolder, id: string): Promise<Station[]> {
  const year = new Date(at).getUTCFullYear();
  const { rows } = await athenaIn(sandbox, WORKGROUP)(
    `SELECT DISTINCT event_name, partition_key, sort_key, event_id, school, year, month
FROM records_changes WHERE school = ? AND year BETWEEN ? AND ? AND correlation_id = ? ORDER BY sort_key`,
    { database: DATABASE, parameters: [quoted(school), String(year), String(year + 1), quoted(id)] },
  );
  return rows.map(([event, partition, sort, eventId, , rowYear, month]) => ({
    where: 'Lake',
    what: `${event} ${partition} ${sort}, in ${school}/${rowYear}/${String(month).padStart(2, '0')}, event ${eventId}`,
  }));
}
