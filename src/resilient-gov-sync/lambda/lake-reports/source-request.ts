/** A period whose reports are due. */
export interface Period {
  /** `2026Q4` */
  readonly name: string;
  /** The first instant, ISO 8601. */
  readonly start: string;
  /** The first instant after it, ISO 8601. */
  readonly end: string;
}

/** What a source of reports is asked for. */
export interface SourceRequest {
  readonly period: Period;
  /** Where the file of each tenant is written: `<prefix><tenant>.json`. */
  readonly destination: { readonly bucket: string; readonly prefix: string };
  /** Of a person: a call with another text asks the lake again, whatever it answered before. */
  readonly run?: string;
}

/** What a source of reports answers. */
export type SourceResult =
  | { readonly state: 'DONE'; readonly reports: number }
  /** Asked again after some seconds. The reason is for a person. */
  | { readonly state: 'WAIT'; readonly reason: string; readonly seconds: number };

/** @throws when it is no request, or names no span of time */
export function readRequest(event: unknown): SourceRequest {
  const { period, destination } = (event ?? {}) as Partial<SourceRequest>;
  const { name, start, end } = period ?? {};
  if (![name, start, end, destination?.bucket, destination?.prefix].every((text) => typeof text === 'string' && text !== '')) {
    throw new Error('a request has a period with name, start and end, and a destination with bucket and prefix');
  }
  if (!(Date.parse(String(start)) < Date.parse(String(end)))) {
    throw new Error(`the period ${name} has to start before it ends, and both are instants such as 2026-10-01T00:00:00Z`);
  }
  return { period, destination } as SourceRequest;
}
