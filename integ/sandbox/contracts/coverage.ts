import type { Resource } from './assembly';
import type { Support } from './resource-types';

/** The support of one resource. */
export interface CoverageEntry {
  readonly resource: Resource;
  /** False for a type of no service; its support is then `AWS only`. */
  readonly supported: boolean;
  readonly support: Support;
  readonly reason: string;
  /** Why this resource does not run although its type does. */
  readonly leftOut?: string;
  /** The names of its unsupported properties. */
  readonly problems: readonly string[];
  /** Properties whose support is lower than the resource's, with the reason. */
  readonly exceptions: readonly { readonly property: string; readonly support: Support; readonly reason: string }[];
}

export interface Coverage {
  readonly entries: readonly CoverageEntry[];
  /** `AWS::X::Y is not supported (Stack.Id)` and `AWS::X::Y.Property is not supported (Stack.Id)`. */
  readonly problems: readonly string[];
  /** Unsupported values of resources that run, one line each. */
  readonly leftOut?: readonly string[];
}

/** Why the sandbox can't run a resource, in one line that names it. */
export interface Problem {
  readonly resource: Resource;
  readonly message: string;
}
