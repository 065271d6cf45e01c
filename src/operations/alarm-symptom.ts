import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';

/** Alarms of different constructs that go off for the same cause, of which one says enough. */
export interface AlarmSymptom {
  /** The alarm that sends no message while one of the others is in alarm: `api.alarms.serverErrorShare()`. */
  readonly symptom: IAlarm;
  /** The alarms that say more about the cause: `[grades.alarms.serverErrorShare()]`. */
  readonly causes: IAlarm[];
}
