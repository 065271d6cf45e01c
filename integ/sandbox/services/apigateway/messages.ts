import type { HttpAnswer, HttpPair } from '../../protocol/http';
import type { IntegrationDefinition, Target } from './definition';
import type { Exchange } from './exchange';

/** What goes to an integration that is not a proxy. */
export interface IntegrationRequest {
  readonly body: string;
  readonly headers: readonly HttpPair[];
  readonly query: readonly HttpPair[];
  readonly path: ReadonlyMap<string, string>;
  /** What a template set `$context.requestOverride.path` to, as a whole. */
  readonly wholePath?: string;
}

/** What an integration answered. */
export interface IntegrationAnswer {
  readonly status: number;
  readonly headers: readonly HttpPair[];
  readonly body: string;
  /** What selection patterns are matched with: the status, or a function's error message. */
  readonly selects: string;
}

/** What a method answers, before API Gateway's own headers. */
export type Answer = HttpAnswer;

export type ServiceTarget = Extract<Target, { kind: 'service' }>;

export type CallService = (
  target: ServiceTarget,
  integration: IntegrationDefinition,
  exchange: Exchange,
  request: IntegrationRequest,
) => Promise<IntegrationAnswer>;
