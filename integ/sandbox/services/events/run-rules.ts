import { randomUUID } from 'node:crypto';
import type { Assembly, Clock, JsonObject, Metrics, RuleInvocation, ServiceEvent } from '../../contracts';
import { createBackground } from '../../process/background';
import { atTimes, timesOf } from '../../process/schedule-expression';
import { retriesOf } from '../../streams/retry-policy';
import { DEFAULT_BUS } from './bus';
import { type Deliverer, Undelivered } from './deliver';
import type { TemplateRule } from './rule';
import type { RuleTarget } from './target';

const UNITS = {
  TriggeredRules: 'Count',
  Invocations: 'Count',
  FailedInvocations: 'Count',
  InvocationsSentToDlq: 'Count',
  InvocationsFailedToBeSentToDlq: 'Count',
};
/** Invocations that are remembered. */
const REMEMBERED = 10_000;

/** An event without what EventBridge adds. */
export interface NewEvent extends ServiceEvent {
  /** Milliseconds since the epoch. @default now */
  readonly time?: number;
}

/** The buses with their rules. */
export interface Rules {
  /** Puts an event on a bus. Returns its id at once; its targets are invoked after that. */
  put(bus: string, event: NewEvent): string;
  /** Begins the schedule of a rule. */
  schedule(rule: TemplateRule): void;
  add(rule: TemplateRule): void;
  all(): readonly TemplateRule[];
  invocations(): readonly RuleInvocation[];
  close(): Promise<void>;
}

export interface RulesParts {
  readonly assembly: Assembly;
  readonly clock: Clock;
  readonly deliverer: Deliverer;
  readonly metrics: Metrics;
  report(line: string): void;
}

export function createRules({ assembly, clock, deliverer, metrics, report }: RulesParts): Rules {
  const rules: TemplateRule[] = [];
  const invocations: RuleInvocation[] = [];
  const reported = new Set<string>();
  const { signal, keep, close } = createBackground((message) => report(`EventBridge: ${message}`));

  function record(invocation: RuleInvocation): void {
    invocations.push(invocation);
    if (invocations.length > REMEMBERED) invocations.shift();
  }

  /** Documented: "Monitoring Amazon EventBridge with Amazon CloudWatch": by rule, and by bus and rule for other buses. */
  const put = metrics.source({ namespace: 'AWS/Events', units: UNITS, dimensions: [['RuleName']] });
  const putOfBus = metrics.source({ namespace: 'AWS/Events', units: UNITS, dimensions: [['EventBusName', 'RuleName']] });

  function count({ name: RuleName, bus }: TemplateRule, metric: keyof typeof UNITS): void {
    if (bus === DEFAULT_BUS) put({ RuleName }, { [metric]: 1 });
    else putOfBus({ RuleName, EventBusName: bus }, { [metric]: 1 });
  }

  function trigger(rule: TemplateRule, event: JsonObject): void {
    count(rule, 'TriggeredRules');
    for (const target of rule.targets) keep(invoke(rule, target, event));
  }

  /** Tries until the target is invoked, the retry policy ends, or trying again can't help. The event is a dead letter then. */
  async function invoke(rule: TemplateRule, target: RuleTarget, event: JsonObject): Promise<void> {
    const retry = retriesOf(target.retry, clock, signal);
    const variables = { ruleArn: rule.arn, ruleName: rule.name, ingestionTime: new Date(clock.now()).toISOString() };
    for (let attempt = 1; ; attempt += 1) {
      const made = { at: clock.now(), ruleArn: rule.arn, targetArn: target.arn, eventId: String(event.id), attempt };
      count(rule, 'Invocations');
      try {
        const input = inputOf(rule, target, event, variables);
        await deliverer.invoke(rule, target, input);
        record(made);
        return;
      } catch (error) {
        if (!(error instanceof Undelivered)) throw error;
        record({ ...made, error: error.code });
        const exhausted = error.lasting ? undefined : await retry(attempt);
        if (!error.lasting && exhausted === undefined) continue;
        await giveUp(rule, target, event, {
          ...{ RULE_ARN: rule.arn, TARGET_ARN: target.arn, ERROR_CODE: error.code, ERROR_MESSAGE: error.message },
          ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted }),
          RETRY_ATTEMPTS: String(attempt - 1),
        });
        return;
      }
    }
  }

  function inputOf(rule: TemplateRule, target: RuleTarget, event: JsonObject, variables: Parameters<RuleTarget['input']>[1]): string {
    try {
      return target.input(event, variables, (placeholder) => {
        const line = `${rule.resource.id}: ${placeholder} of the target ${target.id} has no value in an event; AWS does not document what EventBridge writes then, the sandbox writes an empty text`;
        if (!reported.has(line)) report(line);
        reported.add(line);
      });
    } catch (error) {
      throw new Undelivered('INVALID_JSON', (error as Error).message);
    }
  }

  async function giveUp(
    rule: TemplateRule,
    target: RuleTarget,
    event: JsonObject,
    attributes: Readonly<Record<string, string>>,
  ): Promise<void> {
    count(rule, 'FailedInvocations');
    report(`${rule.resource.id}: the target ${target.id} was not invoked: ${attributes.ERROR_MESSAGE}`);
    if (target.deadLetterArn === undefined) return;
    try {
      await deliverer.deadLetter(rule, target.deadLetterArn, JSON.stringify(event), attributes);
      count(rule, 'InvocationsSentToDlq');
    } catch (error) {
      count(rule, 'InvocationsFailedToBeSentToDlq');
      report(`${rule.resource.id}: a dead letter could not be sent: ${(error as Error).message}`);
    }
  }

  /** Documented: "AWS service events". */
  function eventOf({ source, detailType, resources, detail, time = clock.now() }: NewEvent): JsonObject {
    return {
      ...{ version: '0', id: randomUUID(), 'detail-type': detailType, source, account: assembly.account },
      ...{ time: `${new Date(time).toISOString().slice(0, 19)}Z`, region: assembly.region, resources: [...resources], detail },
    };
  }

  async function follow(rule: TemplateRule, expression: string): Promise<void> {
    const createdAt = clock.now();
    const next = timesOf(expression, { timeZone: 'UTC', createdAt });
    // A rate begins one interval after the rule was created.
    await atTimes(next, createdAt, clock, signal, (time) => {
      const scheduled = { source: 'aws.events', detailType: 'Scheduled Event', resources: [rule.arn], detail: {}, time };
      trigger(rule, eventOf(scheduled));
    });
  }

  return {
    put(bus, given) {
      const event = eventOf(given);
      for (const rule of rules) if (rule.bus === bus && rule.enabled && rule.pattern?.(event)) trigger(rule, event);
      return String(event.id);
    },
    schedule(rule) {
      if (rule.enabled && rule.expression !== undefined) keep(follow(rule, rule.expression));
    },
    add: (rule) => void rules.push(rule),
    all: () => rules,
    invocations: () => invocations,
    close,
  };
}
