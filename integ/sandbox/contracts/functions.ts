import type { Json } from './json';

export interface Invocation {
  readonly requestId: string;
  /** The result of the function, or the error object of the runtime. */
  readonly payload: Json;
  readonly functionError?: 'Unhandled';
  readonly milliseconds: number;
}

export interface Functions {
  /** Runs the function from its asset in a child process, with its role's credentials, environment, timeout and memory. */
  invoke(functionArn: string, event: Json): Promise<Invocation>;
  /** Invokes asynchronously. A failed event is retried as configured, and then sent to the dead-letter queue and the destination. */
  invokeLater(functionArn: string, event: Json): void;
  /** Starts the event source mappings of the assembly; each polls with the function's role. */
  startEventSources(): Promise<void>;
  /**
   * Stops polling for a function, like a disabled mapping; batches in progress are finished.
   *
   * @param queueUrl only of this queue; by default, all that the function has
   */
  pauseEventSources(functionArn: string, queueUrl?: string): Promise<void>;
  resumeEventSources(functionArn: string): void;
  /**
   * Redirects requests of functions for a host name (such as an API's) to a local origin, `http://127.0.0.1:port`. Returns how to send them
   * again where they went before.
   */
  forward(host: string, origin: string): () => void;
  /** Where requests for host names of AWS and of `forward` are answered, by their Host header. */
  readonly egress: { readonly url: string; hosts(): readonly string[] };
  /** Kills the execution environments of a function, like a host failure. Returns how many were processing an event. */
  kill(functionArn: string): number;
  /** The events that are being processed, or wait for an execution environment. */
  readonly inFlight: number;
  /** Those of them that do nothing but wait for a time of the clock, or for an execution environment whose event does. */
  readonly waiting: number;
  close(): Promise<void>;
}
