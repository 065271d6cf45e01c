import { Stack, Token } from 'aws-cdk-lib';
import type { AlarmBase, CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { hashedName } from '../core/private/unique-name';
import { pathOf } from './watched';

/** Documented: "PutMetricAlarm", AlarmName: 255. The rest is for what is added to it. */
const MOST_CHARACTERS = 240;

/** Names of alarms as people look for them, if there is a name; otherwise CloudFormation generates them. */
export class AlarmNames {
  private readonly owners = new Map<string, IConstruct>();

  constructor(
    private readonly where: IConstruct,
    private readonly name?: string,
  ) {}

  /** The name that an alarm was given, or `<name>-<path of the construct>-<alarm>`. */
  public of(construct: IConstruct, alarm: string, given: string | undefined): string | undefined {
    if (given !== undefined) return given;
    if (this.name === undefined) return undefined;
    const parts = [this.name, ...pathOf(construct).split('/'), alarm].map((part) => part.replace(/[^A-Za-z0-9_-]/g, ''));
    const whole = parts.filter((part) => part !== '').join('-');
    return whole.length <= MOST_CHARACTERS ? whole : hashedName(whole, whole, MOST_CHARACTERS);
  }

  /** @throws when another alarm has this name, which the deployment would report much later */
  public take(name: string | undefined, alarm: IConstruct): void {
    if (name === undefined || Token.isUnresolved(name)) return;
    const owner = this.owners.get(name);
    if (owner !== undefined && owner !== alarm) {
      invalid(this.where, `name of ${alarm.node.path}`, name, `another name: ${owner.node.path} has this one`);
    }
    this.owners.set(name, alarm);
  }
}

/** The resource of an alarm, whose name can still be changed. */
export function resourceOf(alarm: AlarmBase): CfnAlarm {
  return alarm.node.defaultChild as CfnAlarm;
}

/** The name that an alarm was created with; undefined if CloudFormation would generate it. */
export function nameOf(alarm: AlarmBase): string | undefined {
  const { alarmName } = resourceOf(alarm);
  // The CDK gives each alarm a token, which stands for nothing without a name.
  return Stack.of(alarm).resolve(alarmName) === undefined ? undefined : alarmName;
}
