/** Documented: "Metrics concepts". A metric is its namespace, name and dimensions. */
export interface MetricId {
  /** `AWS/Lambda` */
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Values of a metric at a time. */
export interface Datum extends MetricId {
  /** Milliseconds since the epoch, by the clock. */
  readonly at: number;
  readonly value: number;
  /** @default 'None' */
  readonly unit?: string;
  /**
   * How often the value occurred.
   *
   * @default 1
   */
  readonly count?: number;
}

export type Statistic = 'Sum' | 'Average' | 'Minimum' | 'Maximum' | 'SampleCount' | `p${number}`;

/** The metrics of everything that runs. */
export interface Metrics {
  put(datum: Datum): void;
  /**
   * A gauge that is read once in a minute of the clock, as AWS's services report them: the depth of a queue, the age of its oldest message.
   *
   * @param read the value now; undefined if there is nothing to report
   * @returns stops the readings
   */
  observe(id: MetricId, unit: string, read: () => number | undefined | Promise<number | undefined>): () => void;
  /**
   * One value per period, the oldest first; undefined where there is no data.
   *
   * @param period seconds
   * @param from milliseconds since the epoch, by the clock; rounded down to a multiple of the period
   * @param to the end, exclusive
   */
  values(id: MetricId, statistic: Statistic, period: number, from: number, to: number): readonly (number | undefined)[];
  /** Every metric that has had a value. */
  list(): readonly MetricId[];
}
