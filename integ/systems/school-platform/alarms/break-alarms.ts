import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PREFIX } from './names';

interface Properties {
  readonly AlarmName?: string;
  Threshold?: number;
  AlarmActions?: readonly object[];
}

/** A mistake in the template that the proof must find. */
export interface Break {
  readonly what: string;
  /** Only the fault of this alarm is run. */
  readonly alarm: string;
  /** @returns whether the alarm stays */
  change(properties: Properties): boolean;
}

export const REMOVED: Break = { what: 'an alarm is missing', alarm: 'Visits-OldestMessageAge', change: () => false };

export const TEN_TIMES_AS_HIGH: Break = {
  what: 'a threshold is ten times as high',
  alarm: 'Visits-OldestMessageAge',
  change(properties) {
    properties.Threshold = (properties.Threshold ?? 0) * 10;
    return true;
  },
};

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: Properties }>;
}

/** Breaks an alarm of the synthesized template. @throws if it is not there */
export function breakAlarms(folder: string, { alarm, change }: Break): void {
  const path = join(folder, 'SchoolPlatform.template.json');
  const template = JSON.parse(readFileSync(path, 'utf8')) as Template;
  const found = Object.entries(template.Resources).find(([, { Properties }]) => Properties?.AlarmName === PREFIX + alarm);
  if (found === undefined) throw new Error(`The template has no alarm ${alarm} to break`);
  const [id, { Properties }] = found;
  if (change(Properties)) {
    writeFileSync(path, JSON.stringify(template));
    return;
  }
  delete template.Resources[id];
  // The dashboard shows it.
  writeFileSync(path, JSON.stringify(template).replaceAll(JSON.stringify({ 'Fn::GetAtt': [id, 'Arn'] }), '"removed"'));
}
