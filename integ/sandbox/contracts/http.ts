/** A header or a query parameter as it was sent. */
export type HttpPair = readonly [name: string, value: string];

/** A request for a stage. */
export interface HttpRequest {
  readonly method: string;
  /** Path within the stage, as it was sent. */
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** The query string as it was sent, without its question mark. */
  readonly rawQuery: string;
  /** In the order and the case in which they were sent. */
  readonly headers: readonly HttpPair[];
  /** UTF-8: without binary media types API Gateway handles every payload as text. */
  readonly body: string;
  readonly sourceIp: string;
  readonly protocol: string;
}

/** A response. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: readonly HttpPair[];
  readonly body: string;
}
