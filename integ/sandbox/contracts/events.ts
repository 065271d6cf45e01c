import type { JsonObject } from './json';

/** An event that a service of AWS puts on the default bus. */
export interface ServiceEvent {
  /** `aws.ecs` */
  readonly source: string;
  /** `ECS Deployment State Change` */
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
}

/** One attempt of a rule to invoke a target. */
export interface RuleInvocation {
  /** Milliseconds since the epoch, by the clock. */
  readonly at: number;
  readonly ruleArn: string;
  readonly targetArn: string;
  readonly eventId: string;
  /** From 1. */
  readonly attempt: number;
  /** The code of the error in a dead letter, if the target was not invoked: `NO_PERMISSIONS`. */
  readonly error?: string;
}

/** The event buses of the assembly, and the default bus. */
export interface Events {
  /** Puts an event of a service on the default bus. */
  emit(event: ServiceEvent): void;
  /** The last 10,000 attempts, in the order in which they ended. */
  invocations(): readonly RuleInvocation[];
}
