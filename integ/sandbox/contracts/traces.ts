import type { JsonObject } from './json';

/** A segment or subsegment of a trace, as X-Ray received it. */
export interface TraceSegment {
  readonly id: string;
  /** `1-<8 digits of the time>-<24 digits>` */
  readonly traceId: string;
  readonly parentId?: string;
  readonly name: string;
  /** What X-Ray finds traces by. */
  readonly annotations: Readonly<Record<string, string | number | boolean>>;
  /** Documented: "AWS X-Ray segment documents". */
  readonly document: JsonObject;
}

/** What programs sent to X-Ray. */
export interface Traces {
  /** The last 10,000 segments, in the order in which they arrived. */
  segments(): readonly TraceSegment[];
}
