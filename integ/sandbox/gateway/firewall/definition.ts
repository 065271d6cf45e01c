import type { ApiRequest, Pair } from '../request';

/** A request as AWS WAF inspects it. */
export interface Inspected extends ApiRequest {
  /** With the stage: `/prod/visits`. */
  readonly uri: string;
  /** Milliseconds of the clock. */
  readonly now: number;
}

/** Whether a statement matches a request; one that counts requests counts this one. */
export type Matcher = (request: Inspected) => boolean;

export interface CustomResponse {
  readonly status: number;
  readonly headers: readonly Pair[];
  readonly body: string;
}

export type Action =
  | { readonly kind: 'allow'; readonly insert: readonly Pair[] }
  | { readonly kind: 'count'; readonly insert: readonly Pair[] }
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
