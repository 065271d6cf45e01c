import type { HttpPair } from '../../protocol/http';
import type { IntegrationDefinition, Target } from './definition';
import type { Exchange } from './exchange';

/** A request to an integration that is not a proxy. */
export interface IntegrationRequest {
  readonly body: string;
  readonly headers: readonly HttpPair[];
  readonly query: readonly HttpPair[];
  readonly path: ReadonlyMap<string, string>;
  /** What a template set `$context.requestOverride.path` to, as a whole. */
  readonly wholePath?: string;
}

/** The response of an integration's endpoint. */
export interface EndpointResponse {
  readonly status: number;
  readonly headers: readonly HttpPair[];
  readonly body: string;
  /** What selection patterns are matched against: the status, or a function's error message. */
  readonly selects: string;
}

export type ServiceTarget = Extract<Target, { kind: 'service' }>;

export type CallService = (
  target: ServiceTarget,
  integration: IntegrationDefinition,
  exchange: Exchange,
  request: IntegrationRequest,
) => Promise<EndpointResponse>;
