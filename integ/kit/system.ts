import type { LogLine, Sandbox } from '../sandbox';
import type { RequestTrace } from './request-trace/station';

/** A sample request that shows what the system does. */
export interface SampleRequest {
  /** What it does: `A teacher enters a grade`. */
  readonly title: string;
  readonly method: string;
  /** The path after the address. */
  readonly path: string;
  /** The JSON body. @default - no body */
  readonly body?: object;
  /** Headers in addition to the token and the content type. @default - none */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A system that runs on this machine. */
export interface RunningSystem {
  readonly sandbox: Sandbox;
  /** The URL of its API, without a trailing slash. */
  readonly address: string;
  readonly signIn: {
    /** The sign-in page, for a browser. */
    readonly page: string;
    readonly username: string;
    readonly password: string;
    /** A description of the user: `a teacher of school-01`. */
    readonly description: string;
  };
  readonly requests: readonly SampleRequest[];
  /** Signs the test user in, and returns an access token. */
  token(): Promise<string>;
  /** Follows one request by its correlation id. @default - requests can't be followed */
  trace?(id: string): Promise<RequestTrace>;
  close(): Promise<void>;
}

export interface StartOptions {
  report(line: string): void;
  onLog(line: LogLine): void;
}

/** An example that `npx projen start <name>` serves on this machine. */
export interface System {
  readonly name: string;
  /** What it is, in one line. `npx projen start` prints it next to the name. */
  readonly description: string;
  start(options: StartOptions): Promise<RunningSystem>;
}

/**
 * A system, to be the default export of `integ/systems/<name>/index.ts`.
 *
 * @param name the name of its folder, and of its folder in examples
 */
export function system(name: string, description: string, start: System['start']): System {
  return { name, description, start };
}
