export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** A change of the state of an alarm. */
export interface AlarmChange {
  /** Milliseconds since the epoch, by the clock: the end of the evaluated period. */
  readonly at: number;
  /** The name of the alarm. */
  readonly alarm: string;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
  /** The ARNs of the actions that were taken. */
  readonly actions: readonly string[];
  /** Whether another alarm suppressed the actions. */
  readonly suppressed: boolean;
}

/** The alarms of the assembly, by name. */
export interface Alarms {
  /** The last 10,000 changes, in order. */
  history(): readonly AlarmChange[];
  /** @throws if there is no such alarm */
  state(alarm: string): AlarmState;
  /** Up to which minute they are evaluated, and their actions taken: milliseconds since the epoch, by the clock. */
  evaluatedTo(): number;
  /** @returns removes the listener */
  onChange(listener: (change: AlarmChange) => void): () => void;
}
