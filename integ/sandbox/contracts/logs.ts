export interface LogLine {
  readonly at: number;
  readonly group: string;
  readonly stream: string;
  readonly message: string;
}

/** The log groups of everything that runs. */
export interface LogSink {
  write(line: LogLine): void;
  /** The log groups that have lines. */
  groups(): string[];
  /** The lines of a log group, oldest first. */
  lines(group: string): readonly LogLine[];
  onLine(listener: (line: LogLine) => void): () => void;
}

/** A log group that gets the logs of a resource, by an `AWS::Logs::Delivery`. */
export interface LogDelivery {
  readonly group: string;
  readonly format: 'json' | 'plain';
  /** The fields of a record; all of them if it is not given. */
  readonly fields?: readonly string[];
}

/** Where services deliver the logs of their resources. */
export interface LogDeliveries {
  /** @param logType `ALB_ACCESS_LOGS` */
  of(resourceArn: string, logType: string): readonly LogDelivery[];
}
