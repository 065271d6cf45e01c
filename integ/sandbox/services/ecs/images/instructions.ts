/** One instruction of a Dockerfile. Variables are still in it: their values are known only when the stage is built. */
export type Instruction = { readonly line: number } & (
  | { readonly kind: 'arg'; readonly name: string; readonly value?: string }
  | { readonly kind: 'env'; readonly values: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'workdir'; readonly path: string }
  | { readonly kind: 'user'; readonly user: string }
  | { readonly kind: 'copy'; readonly sources: readonly string[]; readonly to: string; readonly from?: string; readonly owner?: string }
  | { readonly kind: 'run'; readonly command: Command; readonly mounts: readonly string[] }
  | { readonly kind: 'shell'; readonly shell: readonly string[] }
  | { readonly kind: 'cmd' | 'entrypoint'; readonly command: Command }
  | { readonly kind: 'health'; readonly check: HealthCheck | 'none' }
  | { readonly kind: 'expose'; readonly ports: readonly string[] }
  | { readonly kind: 'volume'; readonly paths: readonly string[] }
  | { readonly kind: 'stopsignal'; readonly signal: string }
  // It stops the build only where its stage is needed.
  | { readonly kind: 'rejected'; readonly error: Error }
);

/** The JSON form runs a program, the other one a line of the shell. */
export type Command = { readonly words: readonly string[] } | { readonly line: string };

/** When and how a container is checked: durations in milliseconds. */
export interface HealthCheck {
  readonly command: Command;
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod: number;
}

/** One `FROM` with what follows it. */
export interface Stage {
  readonly line: number;
  readonly name?: string;
  /** An image, or the name of an earlier stage; may contain variables. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** A Dockerfile as it is built here. */
export interface Dockerfile {
  /** Its name in errors. */
  readonly file: string;
  /** `ARG` before the first `FROM`: used in `FROM`, and in a stage that repeats the name. */
  readonly globals: readonly { readonly name: string; readonly value?: string }[];
  readonly stages: readonly Stage[];
}
