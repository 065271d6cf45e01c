export interface Engine {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** Kills it, and starts it again at the same address with its data. Absent for an engine with its data in memory. */
  restart?(): Promise<void>;
  close(): Promise<void>;
}

/** The engines of one run, on free ports of 127.0.0.1. `provision` creates the tables and queues of the assembly. */
export interface Engines {
  readonly dynamodb: Engine;
  /** MiniStack: SQS, S3, Cognito and Secrets Manager. */
  readonly ministack: Engine;
  /** Whether they have the resources and the data of a killed process. */
  readonly continued?: true;
  /** Says that the sandbox has started, so that another process can continue after a kill. */
  complete?(): void;
  close(): Promise<void>;
}
