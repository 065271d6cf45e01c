import type { RateLimit } from '../token-bucket';

/** An API key, from the template or created by CreateApiKey. */
export interface ApiKey {
  readonly id: string;
  /** What callers send or an authorizer returns. Unique. */
  readonly value: string;
  readonly name: string;
  readonly customerId?: string;
  readonly description?: string;
  readonly enabled: boolean;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly updated: number;
}

export const PERIODS = ['DAY', 'WEEK', 'MONTH'] as const;

export interface Quota {
  readonly limit: number;
  readonly period: (typeof PERIODS)[number];
}

/** A stage that a plan gives access to. */
export interface PlanStage {
  readonly apiId: string;
  readonly stage: string;
  /** Limits of methods, by `/visits/{id}/GET`. */
  readonly methods: ReadonlyMap<string, RateLimit>;
}

export interface UsagePlan {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly stages: readonly PlanStage[];
  readonly throttle?: RateLimit;
  readonly quota?: Quota;
}

/** A key in a plan: `AWS::ApiGateway::UsagePlanKey`. */
export interface PlanKey {
  readonly planId: string;
  readonly keyId: string;
}
