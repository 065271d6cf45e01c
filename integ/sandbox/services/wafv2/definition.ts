import type { HttpPair, HttpRequest } from '../../protocol/http';

/** A request as AWS WAF inspects it. */
export interface Inspected extends HttpRequest {
  /** The path with the stage: `/prod/visits`. */
  readonly uri: string;
  /** Milliseconds of the clock. */
  readonly now: number;
}

/** Whether a statement matches a request. A rate-based statement also counts it. */
export type Matcher = (request: Inspected) => boolean;

export interface CustomResponse {
  readonly status: number;
  readonly headers: readonly HttpPair[];
  readonly body: string;
}

export type Action =
  | { readonly kind: 'allow'; readonly insert: readonly HttpPair[] }
  | { readonly kind: 'count'; readonly insert: readonly HttpPair[] }
  | { readonly kind: 'block'; readonly custom?: CustomResponse };

export interface Rule {
  readonly name: string;
  readonly action: Action;
  readonly matches: Matcher;
}

export interface WebAcl {
  readonly arn: string;
  readonly name: string;
  /** By priority, the lowest number first. */
  readonly rules: readonly Rule[];
  readonly defaultAction: Action;
}
