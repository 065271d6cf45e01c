import { quoted } from '../../../kit/athena';
import type { Station } from '../../../kit/request-trace/station';
import type { Sandbox } from '../../../sandbox';
import { askBoard } from '../board';

/** The workgroup of the platform's trail, and its saved query. */
const WORKGROUP = 'luca-audit';
const QUERY = 'calls-of-a-request';

export function hasTrail({ assembly }: Sandbox): boolean {
  return assembly.ofType('AWS::CloudTrail::Trail').length > 0;
}

/** The calls to AWS that a request caused and the trail records: those whose user agent has the id. */
export async function auditStations(sandbox: Sandbox, at: number, id: string): Promise<Station[]> {
  if (!hasTrail(sandbox)) return [];
  await sandbox.trails.flush();
  const { rows } = await askBoard(sandbox, QUERY, [dayOf(at), dayOf(at + 86_400_000), quoted(id)], WORKGROUP);
  return rows.map(({ eventtime, eventsource, eventname, principal, errorcode }) => ({
    where: 'Audit',
    what: `${eventname} of ${eventsource} by ${principal?.split(':').at(-1)}${errorcode ? `: ${errorcode}` : ''}`,
    at: Date.parse(String(eventtime)),
    toSecond: true,
  }));
}

/** `'2026/11/30'` */
function dayOf(at: number): string {
  return quoted(new Date(at).toISOString().slice(0, 10).replaceAll('-', '/'));
}
