import { type Properties, propertiesOf } from '../../assembly/properties';
import type { Assembly, Json, Resource } from '../../contracts';
import { timesOf } from '../../process/schedule-expression';
import { type EventPattern, eventPattern } from '../../streams/event-pattern';
import { busName, DEFAULT_BUS } from './bus';
import { type RuleTarget, readTarget } from './target';

export const RULE = 'AWS::Events::Rule';

/** A rule of the template. */
export interface TemplateRule {
  readonly resource: Resource;
  readonly name: string;
  readonly arn: string;
  readonly bus: string;
  readonly enabled: boolean;
  readonly pattern?: EventPattern;
  /** The pattern as it was given, for DescribeRule. */
  readonly patternText?: string;
  readonly expression?: string;
  readonly targets: readonly RuleTarget[];
}

/** Documented: "Amazon EventBridge quotas": targets of a rule. */
const MOST_TARGETS = 5;
const ENABLED = ['ENABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'];

/**
 * Reads a rule, and validates it as PutRule and PutTargets do.
 *
 * @throws if AWS would reject it or the sandbox does not support it
 */
export function readRule(assembly: Assembly, resource: Resource): TemplateRule {
  const rule = propertiesOf(assembly, resource);
  const bus = busName(rule.text('EventBusName') ?? DEFAULT_BUS);
  const state = rule.text('State') ?? 'ENABLED';
  if (state !== 'DISABLED' && !ENABLED.includes(state)) throw rule.invalid('State', `${state} is not ENABLED or DISABLED`);
  const given = rule.raw('EventPattern');
  const patternText = given === undefined ? undefined : textOf(given);
  const expression = rule.text('ScheduleExpression');
  if (patternText === undefined && expression === undefined) throw rule.invalid('EventPattern', 'is missing, and so is ScheduleExpression');
  if (expression !== undefined) checkSchedule(rule, expression, bus);
  const targets = rule.list('Targets').map(readTarget);
  if (targets.length > MOST_TARGETS) throw rule.invalid('Targets', `has ${targets.length} members: the maximum is ${MOST_TARGETS}`);
  return {
    ...{ resource, bus, expression, patternText, targets, enabled: state !== 'DISABLED' },
    ...{ arn: assembly.attribute(resource, 'Arn'), name: assembly.attribute(resource, 'RuleName') },
    ...(patternText === undefined ? {} : { pattern: rule.attempt('EventPattern', () => eventPattern(patternText, 'all')) }),
  };
}

function textOf(pattern: Json): string {
  return typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
}

/** Documented: "Creating a rule that runs on a schedule": times are UTC, and only the default bus has schedules. */
function checkSchedule(rule: Properties, expression: string, bus: string): void {
  if (bus !== DEFAULT_BUS) throw rule.invalid('ScheduleExpression', 'is supported only on the default event bus');
  if (expression.startsWith('at(')) throw rule.invalid('ScheduleExpression', `${expression} is not cron(…) or rate(…)`);
  rule.attempt('ScheduleExpression', () => timesOf(expression, { timeZone: 'UTC', createdAt: 0 }));
}
