import { propertiesOf } from '../../assembly/properties';
import type { Assembly, Resource } from '../../contracts';
import { type AlarmSettings, settingsOf } from './alarm-settings';
import { type AlarmRule, nameOfAlarm, parseRule } from './composite-rule';

export const COMPOSITE = 'AWS::CloudWatch::CompositeAlarm';

/** An alarm whose state follows from other alarms. */
export interface CompositeAlarm extends AlarmSettings {
  readonly kind: 'composite';
  readonly text: string;
  readonly rule: AlarmRule;
  readonly suppressor?: Suppressor;
}

/** An alarm that keeps a composite alarm from taking actions. */
export interface Suppressor {
  /** Its name. */
  readonly alarm: string;
  readonly waitMs: number;
  readonly extensionMs: number;
}

/** @throws if AWS would reject it or the sandbox does not support it */
export function readComposite(assembly: Assembly, resource: Resource): CompositeAlarm {
  const alarm = propertiesOf(assembly, resource);
  const text = alarm.required('AlarmRule');
  const rule = alarm.attempt('AlarmRule', () => parseRule(text));
  return { ...settingsOf(assembly, resource, alarm), kind: 'composite', text, rule, suppressor: suppressorOf() };

  function suppressorOf(): Suppressor | undefined {
    const named = alarm.text('ActionsSuppressor');
    if (named === undefined) return undefined;
    return {
      alarm: nameOfAlarm(named),
      waitMs: seconds('ActionsSuppressorWaitPeriod'),
      extensionMs: seconds('ActionsSuppressorExtensionPeriod'),
    };
  }

  /** Documented: required with a suppressor. */
  function seconds(property: string): number {
    const value = alarm.number(property);
    if (value === undefined || !Number.isInteger(value) || value < 0) throw alarm.invalid(property, 'must be a number of seconds');
    return value * 1000;
  }
}
