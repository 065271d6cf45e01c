import type { Observer } from '../../../kit/observer';
import type { Gap, RequestTrace, Station } from '../../../kit/request-trace/station';
import type { Sandbox } from '../../../sandbox';
import type { RunningPlatform } from '../platform';
import { auditStations, hasTrail } from './audit';
import { itemStations, itemsOf, queueStations, streamStations } from './items';
import { type LakeFolder, lakeStations } from './lake';
import { type FoundLine, linesOf, rootOf, stationsOf } from './logs';

/**
 * Follows one request through the platform by its correlation id. What the lake's pipe and delivery stream hold is delivered first, so that
 * nobody waits a quarter of an hour for its row.
 */
export async function traceRequest(platform: RunningPlatform, observer: Observer, id: string): Promise<RequestTrace> {
  const { sandbox, tableName } = platform;
  await deliver(sandbox);
  const lines = await linesOf(sandbox, id);
  const items = await itemsOf(observer, tableName, id);
  const folder = folderOf(lines);
  const places: Record<string, readonly Station[]> = {
    Log: stationsOf(lines),
    Queue: await queueStations(observer, platform, items, id),
    Table: itemStations(items),
    Stream: await streamStations(sandbox, tableName, id),
    Lake: folder === undefined ? [] : await lakeStations(sandbox, folder, id),
    Trace: segmentStations(sandbox, lines, id),
    Audit: folder === undefined ? [] : await auditStations(sandbox, folder.at, id),
  };
  return { id, stations: Object.values(places).flat(), gaps: gapsOf(places, lines, hasTrail(sandbox)) };
}

/** Athena reads one school's folder at a time. A request that no school sent has no row. */
function folderOf(lines: readonly FoundLine[]): LakeFolder | undefined {
  const line = lines.find(({ fields }) => fields.route !== undefined && fields.tenant !== '-');
  return line && { school: String(line.fields.tenant), at: Number(line.fields.time) };
}

async function deliver({ assembly, pipes, deliveryStreams }: Sandbox): Promise<void> {
  await Promise.all(assembly.ofType('AWS::Pipes::Pipe').map((pipe) => pipes.caughtUp(assembly.attribute(pipe, 'Arn'))));
  await deliveryStreams.flush();
}

/** Segments of the traces that log lines name, or with the id as an annotation. */
function segmentStations({ traces }: Sandbox, lines: readonly FoundLine[], id: string): Station[] {
  const traceIds = new Set(lines.map(({ fields }) => rootOf(fields.traceId)));
  return traces
    .segments()
    .filter(({ traceId, annotations }) => traceIds.has(traceId) || Object.values(annotations).includes(id))
    .map(({ name, traceId, document }) => ({ where: 'Trace', what: `${name}, ${traceId}`, at: Number(document.start_time) * 1_000 }));
}

/** Why a place has nothing. */
function gapsOf(places: Readonly<Record<string, readonly Station[]>>, lines: readonly FoundLine[], isAudited: boolean): Gap[] {
  const isVisit = lines.some(({ fields }) => fields.route === '/visits');
  const traceId = lines.flatMap(({ fields }) => rootOf(fields.traceId) ?? [])[0];
  const reasons: Readonly<Record<string, string>> = {
    Queue: isVisit
      ? 'its message is not stored yet; a queue is not read here, because that would delay its messages'
      : 'only visits pass through a queue',
    Table: isVisit ? 'nothing is stored yet' : 'the request wrote no item, or a later one has replaced it',
    Stream: 'no change in the last 24 hours',
    Lake: 'no row: the request changed no item',
    Trace:
      traceId === undefined
        ? 'no service of this request sends traces'
        : `the request is not sampled; the load balancer and the service have the trace ${traceId} in their logs`,
    Audit: isAudited
      ? 'no call that the trail records has the id in its user agent; by school and time, the saved query calls-about-a-tenant finds the calls'
      : 'no trail',
  };
  const empty = Object.entries(reasons).filter(([where]) => places[where].length === 0);
  return [
    ...empty.map(([where, why]) => ({ where, why })),
    ...(isVisit && !lines.some(({ group }) => group.startsWith('/aws/lambda/'))
      ? [{ where: 'Function', why: 'the writer logs only messages that it could not store' }]
      : []),
    {
      where: 'Pipe, delivery',
      why: 'calls of the pipe and of the delivery stream carry no id: a record of the stream has it, and so does its row',
    },
    { where: 'Firewall', why: 'its log is on AWS only: httpRequest.requestId is the id there' },
  ];
}
