import type { Resource } from './assembly';
import type { JsonObject } from './json';

/** How an update of a stack has ended. */
export interface StackUpdate {
  readonly status: 'UPDATE_COMPLETE' | 'UPDATE_ROLLBACK_COMPLETE' | 'UPDATE_ROLLBACK_FAILED';
  /** Why it was rolled back. */
  readonly reason?: string;
}

/** The stacks of the assembly. */
export interface Stacks {
  /**
   * Updates a stack in which only a custom resource has changed: its provider gets the requests that CloudFormation sends. If it fails, the
   * stack is rolled back.
   *
   * @param changed the properties that are new, with resolved values
   */
  update(resource: Resource, changed: JsonObject): Promise<StackUpdate>;
}
