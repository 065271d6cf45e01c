import { propertiesOf } from '../../../assembly/properties';
import type { Assembly, Json, JsonObject, Resource } from '../../../contracts';
import { objectOf, objects, strings } from '../../../protocol/json';

export const INSIGHT_RULE = 'AWS::CloudWatch::InsightRule';

/** Where a field is in a line: its names from the outside. */
export type Path = readonly string[];

export interface Filter {
  readonly path: Path;
  matches(value: Json | undefined): boolean;
}

/** A rule of Contributor Insights over log lines in JSON. */
export interface InsightRule {
  readonly name: string;
  readonly enabled: boolean;
  /** Whether it reads a log group. */
  reads(group: string): boolean;
  /** What names a contributor, as written and as a path. */
  readonly keys: readonly { readonly label: string; readonly path: Path }[];
  readonly filters: readonly Filter[];
  /** What is summed up; lines are counted without it. */
  readonly summed?: Path;
}

/** Documented: "Contributor Insights rule syntax": up to four keys and four filters, and up to ten texts to compare with. */
const [MOST_KEYS, MOST_FILTERS, MOST_TEXTS] = [4, 4, 10];
/** `$.a.b`: names with other characters are not supported. */
const PATH = /^\$(\.[A-Za-z0-9_@-]+){1,10}$/;

/** How a value is compared, by the name of the operator. Documented there: comparisons are case-sensitive. */
const OPERATORS: Readonly<Record<string, (value: Json | undefined, operand: Json) => boolean>> = {
  In: (value, operand) => isScalar(value) && strings(operand).includes(String(value)),
  NotIn: (value, operand) => isScalar(value) && !strings(operand).includes(String(value)),
  StartsWith: (value, operand) => isScalar(value) && strings(operand).some((text) => String(value).startsWith(text)),
  IsPresent: (value, operand) => (value !== undefined && value !== null) === (String(operand) === 'true'),
  GreaterThan: (value, operand) => typeof value === 'number' && value > Number(operand),
  LessThan: (value, operand) => typeof value === 'number' && value < Number(operand),
  EqualTo: (value, operand) => typeof value === 'number' && value === Number(operand),
  NotEqualTo: (value, operand) => typeof value === 'number' && value !== Number(operand),
};

/** @throws if CloudWatch would reject it or the sandbox does not support it */
export function readInsightRule(assembly: Assembly, resource: Resource): InsightRule {
  const rule = propertiesOf(assembly, resource);
  const text = rule.required('RuleBody');
  const state = rule.required('RuleState');
  if (state !== 'ENABLED' && state !== 'DISABLED') throw rule.invalid('RuleState', 'must be ENABLED or DISABLED');
  const body = rule.attempt('RuleBody', () => JSON.parse(text) as JsonObject);
  return { name: rule.required('RuleName'), enabled: state === 'ENABLED', ...rule.attempt('RuleBody', () => contributionOf(body)) };
}

function contributionOf({ Schema, LogGroupNames, LogFormat, Contribution, AggregateOn }: JsonObject) {
  const schema = objectOf(Schema);
  if (schema.Name !== 'CloudWatchLogRule' || schema.Version !== 1)
    throw new Error('Schema must be {"Name":"CloudWatchLogRule","Version":1}');
  if (LogFormat !== 'JSON') throw new Error(`LogFormat ${String(LogFormat)} is not supported: use JSON`);
  const groups = strings(LogGroupNames);
  if (groups.length === 0) throw new Error('LogGroupNames must have a log group: others are not supported');
  const { Keys, Filters, ValueOf } = objectOf(Contribution);
  const [keys, filters] = [strings(Keys), objects(Filters)];
  if (keys.length < 1 || keys.length > MOST_KEYS) throw new Error(`Keys must have 1 to ${MOST_KEYS} fields`);
  if (filters.length > MOST_FILTERS) throw new Error(`Filters must have at most ${MOST_FILTERS} members`);
  if (AggregateOn !== 'Count' && AggregateOn !== 'Sum') throw new Error('AggregateOn must be Count or Sum');
  if (AggregateOn === 'Sum' && ValueOf === undefined) throw new Error('ValueOf is missing, which Sum needs');
  return {
    reads: (group: string) => groups.some((one) => (one.endsWith('*') ? group.startsWith(one.slice(0, -1)) : group === one)),
    keys: keys.map((label) => ({ label, path: pathOf(label) })),
    filters: filters.map(filterOf),
    ...(AggregateOn === 'Sum' ? { summed: pathOf(String(ValueOf)) } : {}),
  };
}

function filterOf({ Match, ...rest }: JsonObject): Filter {
  const [[name, operand] = ['', null], ...others] = Object.entries(rest);
  const compare = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (compare === undefined || others.length > 0)
    throw new Error(
      `A filter must have Match and one of ${Object.keys(OPERATORS).join(', ')}, not ${Object.keys(rest).join(', ') || 'none'}`,
    );
  if (strings(operand).length > MOST_TEXTS) throw new Error(`${name} must have at most ${MOST_TEXTS} texts`);
  return { path: pathOf(String(Match)), matches: (value) => compare(value, operand) };
}

function pathOf(text: string): Path {
  if (!PATH.test(text)) throw new Error(`${text} is no path that is supported, such as $.school or $.request.status`);
  return text.split('.').slice(1);
}

const isScalar = (value: Json | undefined) => value !== undefined && value !== null && typeof value !== 'object';
