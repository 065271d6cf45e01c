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

/** What a service reports of itself: names with units, and the combinations of dimensions under which each value is put. */
export interface MetricSource<Name extends string = string> {
  /** `AWS/Lambda` */
  readonly namespace: string;
  readonly units: Readonly<Record<Name, string>>;
  /** `[['FunctionName'], []]` puts each value for the function, and for all functions. */
  readonly dimensions: readonly (readonly string[])[];
}

/**
 * Puts values of a source.
 *
 * @param at by default, now
 */
export type PutValues<Name extends string = string> = (
  dimensions: Readonly<Record<string, string>>,
  values: { readonly [Key in Name]?: number },
  at?: number,
) => void;

/** The value of a gauge; a function if it depends on the time, because the clock can be advanced past several minutes. */
export type Reading = number | undefined | ((at: number) => number | undefined);

/** The metrics of everything that runs. */
export interface Metrics {
  put(datum: Datum): void;
  /** Declares the metrics of a service. An alarm on another metric of the namespace is reported, because nothing fills it. */
  source<Name extends string>(source: MetricSource<Name>): PutValues<Name>;
  /**
   * A gauge that is read once in a minute of the clock, as AWS's services report them: the depth of a queue, the age of its oldest message.
   * If the clock is advanced past several minutes, each of them gets the reading.
   *
   * @param read the value now; undefined if there is nothing to report
   * @returns stops the readings
   */
  observe(id: MetricId, unit: string, read: () => Reading | Promise<Reading>): () => void;
  /**
   * One value per period, the oldest first; undefined where there is no data.
   *
   * @param period seconds
   * @param from milliseconds since the epoch, by the clock; rounded down to the minute
   * @param to the end, exclusive
   * @param unit only values with this unit; by default, all
   */
  values(id: MetricId, statistic: Statistic, period: number, from: number, to: number, unit?: string): readonly (number | undefined)[];
  /** Every metric that has had a value. */
  list(): readonly MetricId[];
}
