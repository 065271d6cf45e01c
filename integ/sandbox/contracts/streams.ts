/** The pipes of the assembly, by ARN. */
export interface Pipes {
  /** Stops a pipe. It continues after the last delivered batch. */
  stop(pipeArn: string): Promise<void>;
  start(pipeArn: string): void;
  /** Kills a pipe and starts it again, like a host failure. Records whose delivery it has not recorded are delivered again. */
  kill(pipeArn: string): Promise<void>;
  /** Resolves when what the source had before the call is delivered, left out by the filters, or given up. It does not start the pipe. */
  caughtUp(pipeArn: string): Promise<void>;
}

/** The delivery streams of the assembly. */
export interface DeliveryStreams {
  /** How many deliveries are under way. What is buffered, or waits to be tried again, does not count. */
  readonly underWay: number;
  /** Delivers what is buffered, without waiting for the size or the interval. */
  flush(): Promise<void>;
  /** Resolves when every accepted record is in an object, or given up after the retry duration. It does not deliver anything itself. */
  delivered(deliveryStreamArn: string): Promise<void>;
  /**
   * Kills what delivers and starts it again, like a host failure. No accepted record is lost. Those in an object that was written, but not
   * recorded, are delivered again.
   */
  kill(deliveryStreamArn: string): Promise<void>;
}
