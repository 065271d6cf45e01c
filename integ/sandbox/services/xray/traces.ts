import type { JsonObject, TraceSegment, Traces } from '../../contracts';
import { asObject, objectOf } from '../../protocol/json';

/** The number of segments that are kept, so that memory is bounded. */
const SEGMENTS_KEPT = 10_000;
/** Documented: "Segment document size" (AWS X-Ray Developer Guide). */
const MAXIMUM_BYTES = 64 * 1024;

export interface TraceStore extends Traces {
  /** @throws an error with the code of X-Ray for a document that it does not take */
  put(document: string): void;
}

export class SegmentError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly id = '',
  ) {
    super(message);
  }
}

/** The last segments of all traces. */
export function createTraces(): TraceStore {
  const segments: TraceSegment[] = [];
  return {
    segments: () => segments.slice(-SEGMENTS_KEPT),
    put(document) {
      segments.push(read(document));
      if (segments.length >= 2 * SEGMENTS_KEPT) segments.splice(0, segments.length - SEGMENTS_KEPT);
    },
  };
}

/** Documented: "AWS X-Ray segment documents", required segment fields. */
function read(text: string): TraceSegment {
  const document = asObject(text);
  if (document === undefined) throw new SegmentError('ParseError', 'Invalid segment. ErrorCode: ParseError');
  const { id, trace_id: traceId, name, start_time: start, end_time: end, in_progress: inProgress, parent_id: parent, type } = document;
  const fail = (field: string): never => {
    throw new SegmentError(`Missing${field}`, `Invalid segment. ErrorCode: Missing${field}`, String(id ?? ''));
  };
  if (text.length > MAXIMUM_BYTES) throw new SegmentError('TooLarge', 'The segment document is larger than 64 KB', String(id ?? ''));
  if (typeof id !== 'string' || !/^[0-9a-f]{16}$/.test(id)) return fail('Id');
  if (typeof traceId !== 'string' || !/^1-[0-9a-f]{8}-[0-9a-f]{24}$/.test(traceId)) return fail('TraceId');
  if (typeof name !== 'string' || name === '') return fail('Name');
  if (typeof start !== 'number') return fail('StartTime');
  if (typeof end !== 'number' && inProgress !== true) return fail('EndTime');
  if (type === 'subsegment' && typeof parent !== 'string') return fail('ParentId');
  return { id, traceId, parentId: parent as string | undefined, name, annotations: annotationsOf(document), document };
}

/** Documented there: values are strings, numbers and Booleans. */
function annotationsOf({ annotations }: JsonObject): TraceSegment['annotations'] {
  const values = Object.entries(objectOf(annotations)).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return Object.fromEntries(values) as TraceSegment['annotations'];
}
