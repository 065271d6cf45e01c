import type { AlarmState } from '../../contracts';

/** A problem of the rule of a composite alarm. */
export class RuleError extends Error {}

/** The rule of a composite alarm. Documented: "PutCompositeAlarm", AlarmRule. */
export type AlarmRule =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'state'; readonly state: AlarmState; readonly alarm: string }
  | { readonly kind: 'not'; readonly of: AlarmRule }
  | { readonly kind: 'and' | 'or'; readonly rules: readonly AlarmRule[] };

const STATES: readonly string[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'];
/** Documented: a rule has up to 10,240 characters. Each level of nesting takes some of the stack. */
const LONGEST = 10_240;
const DEEPEST = 100;

/** @throws RuleError if CloudWatch would reject it, or if the sandbox does not support it */
export function parseRule(text: string): AlarmRule {
  if (text.length > LONGEST) throw new RuleError(`a rule has at most ${LONGEST} characters`);
  let at = 0;
  let depth = 0;
  const skip = () => {
    while (/\s/.test(text[at] ?? '')) at += 1;
  };
  const problem = (expected: string) => new RuleError(`'${text.slice(at, at + 20)}' stands where ${expected} is expected`);
  const word = (): string => {
    skip();
    let end = at;
    while (/[A-Z_a-z]/.test(text[end] ?? '')) end += 1;
    return text.slice(at, end);
  };
  const take = (symbol: string) => {
    skip();
    if (!text.startsWith(symbol, at)) throw problem(`'${symbol}'`);
    at += symbol.length;
  };

  function chain(kind: 'and' | 'or', keyword: string, operand: () => AlarmRule): AlarmRule {
    const rules = [operand()];
    while (word() === keyword) {
      take(keyword);
      rules.push(operand());
    }
    return rules.length === 1 ? rules[0] : { kind, rules };
  }

  const or = (): AlarmRule => chain('or', 'OR', and);
  const and = (): AlarmRule => chain('and', 'AND', single);

  function single(): AlarmRule {
    depth += 1;
    if (depth > DEEPEST) throw new RuleError(`a rule is nested at most ${DEEPEST} times here`);
    const rule = operand();
    depth -= 1;
    return rule;
  }

  function operand(): AlarmRule {
    const name = word();
    if (name === '') {
      take('(');
      const inner = or();
      take(')');
      return inner;
    }
    if (name === 'NOT') {
      take(name);
      return { kind: 'not', of: single() };
    }
    if (name === 'TRUE' || name === 'FALSE') {
      take(name);
      return { kind: 'constant', value: name === 'TRUE' };
    }
    if (!isState(name)) throw new RuleError(`${name} is not supported: a rule has ${STATES.join(', ')}, TRUE, FALSE, AND, OR and NOT`);
    take(name);
    take('(');
    const alarm = alarmName();
    take(')');
    return { kind: 'state', state: name, alarm };
  }

  /** A name or an ARN, with or without quotes. */
  function alarmName(): string {
    skip();
    const quote = text[at] === '"' || text[at] === "'" ? text[at] : undefined;
    const start = quote === undefined ? at : at + 1;
    const end = text.indexOf(quote ?? ')', start);
    if (end < 0) throw problem('the end of a name');
    at = quote === undefined ? end : end + 1;
    const name = text.slice(start, end).trim();
    if (name === '') throw problem('the name of an alarm');
    return nameOfAlarm(name);
  }

  const rule = or();
  skip();
  if (at < text.length) throw problem('AND or OR');
  return rule;
}

/** The name of an alarm that is given by its name or its ARN. */
export function nameOfAlarm(alarm: string): string {
  return /^arn:[^:]+:cloudwatch:[^:]+:\d+:alarm:(.+)$/.exec(alarm)?.[1] ?? alarm;
}

/** Whether a rule is true. */
export function holds(rule: AlarmRule, stateOf: (alarm: string) => AlarmState): boolean {
  switch (rule.kind) {
    case 'constant':
      return rule.value;
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'not':
      return !holds(rule.of, stateOf);
    case 'and':
      return rule.rules.every((one) => holds(one, stateOf));
    case 'or':
      return rule.rules.some((one) => holds(one, stateOf));
  }
}

/** The alarms of a rule, each once. */
export function alarmsOf(rule: AlarmRule): string[] {
  const names = new Set<string>();
  const collect = (one: AlarmRule): void => {
    if (one.kind === 'state') names.add(one.alarm);
    if (one.kind === 'not') collect(one.of);
    if (one.kind === 'and' || one.kind === 'or') one.rules.forEach(collect);
  };
  collect(rule);
  return [...names];
}

const isState = (name: string): name is AlarmState => STATES.includes(name);
