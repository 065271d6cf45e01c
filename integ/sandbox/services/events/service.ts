import type { Assembly, Check, EndpointService, JsonObject } from '../../contracts';
import { type AwsJson, jsonService } from '../../protocol/aws-json';
import { asObject } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { eventPattern, InvalidPattern } from '../../streams/event-pattern';
import { busArn, busName, busNames, DEFAULT_BUS } from './bus';
import { entriesOf } from './put-events';
import type { TemplateRule } from './rule';
import type { Rules } from './run-rules';

const PROTOCOL: AwsJson = { target: 'AWSEvents', version: '1.1' };

interface Operation {
  checks(input: JsonObject): readonly Check[];
  execute(input: JsonObject): JsonObject;
}

/** PutEvents, and operations that read. Documented: Amazon EventBridge API Reference. Rules come from the template only. */
export function eventsService(assembly: Assembly, rules: Rules, policyOf: (arn: string) => JsonObject | undefined): EndpointService {
  const buses = new Set(busNames(assembly));
  const on = (resource: string, action: string, context: Check['context'] = {}): Check => ({
    action: `events:${action}`,
    resource,
    context,
  });
  const busOf = ({ EventBusName, Name }: JsonObject) => busName(String(EventBusName ?? Name ?? DEFAULT_BUS));
  const ruleArn = (bus: string, name: string) =>
    `arn:aws:events:${assembly.region}:${assembly.account}:rule/${bus === DEFAULT_BUS ? '' : `${bus}/`}${name}`;
  const find = (bus: string, name: string): TemplateRule => {
    const rule = rules.all().find((one) => one.bus === bus && one.name === name);
    if (rule === undefined) throw new ServiceError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
    return rule;
  };
  const describeBus = (name: string): JsonObject => {
    if (!buses.has(name)) throw new ServiceError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
    const policy = policyOf(busArn(assembly, name));
    return { Name: name, Arn: busArn(assembly, name), ...(policy === undefined ? {} : { Policy: JSON.stringify(policy) }) };
  };

  const operations: Readonly<Record<string, Operation>> = {
    PutEvents: {
      // Each entry needs the permission for its bus, source and detail type.
      checks(input) {
        const all = entriesOf(input).map(({ bus, source, detailType }) =>
          on(busArn(assembly, bus), 'PutEvents', { 'events:source': [source], 'events:detail-type': [detailType] }),
        );
        return [...new Map(all.map((check) => [JSON.stringify(check), check])).values()];
      },
      execute(input) {
        const Entries = entriesOf(input).map(
          (entry): JsonObject =>
            'event' in entry ? { EventId: rules.put(entry.bus, entry.event) } : { ErrorCode: entry.code, ErrorMessage: entry.message },
        );
        return { FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries };
      },
    },
    ListRules: {
      checks: (input) => [on(ruleArn(busOf(input), '*'), 'ListRules')],
      execute(input) {
        const [bus, prefix] = [busOf(input), String(input.NamePrefix ?? '')];
        return {
          Rules: rules
            .all()
            .filter((rule) => rule.bus === bus && rule.name.startsWith(prefix))
            .map(describe),
        };
      },
    },
    DescribeRule: {
      checks: ({ EventBusName, Name }) => [on(ruleArn(busName(String(EventBusName ?? DEFAULT_BUS)), String(Name)), 'DescribeRule')],
      execute: ({ EventBusName, Name }) => describe(find(busName(String(EventBusName ?? DEFAULT_BUS)), String(Name))),
    },
    ListTargetsByRule: {
      checks: (input) => [on(ruleArn(busOf(input), String(input.Rule)), 'ListTargetsByRule')],
      execute(input) {
        const { targets } = find(busOf(input), String(input.Rule));
        return {
          Targets: targets.map(({ id, arn, roleArn }) => ({ Id: id, Arn: arn, ...(roleArn === undefined ? {} : { RoleArn: roleArn }) })),
        };
      },
    },
    TestEventPattern: {
      checks: () => [on('*', 'TestEventPattern')],
      execute: ({ EventPattern, Event }) => ({ Result: tested(String(EventPattern), Event) }),
    },
    ListEventBuses: {
      checks: () => [on('*', 'ListEventBuses')],
      execute: () => ({ EventBuses: [...buses].map(describeBus) }),
    },
    DescribeEventBus: {
      checks: (input) => [on(busArn(assembly, busOf(input)), 'DescribeEventBus')],
      execute: (input) => describeBus(busOf(input)),
    },
  };

  return jsonService({
    ...{ name: 'events', protocol: PROTOCOL },
    read(name, input) {
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined)
        throw new ServiceError('ValidationException', `The sandbox does not support the operation ${name} of events`);
      return { checks: () => operation.checks(input), execute: () => operation.execute(input) };
    },
  });
}

function describe({ name, arn, bus, enabled, patternText, expression }: TemplateRule): JsonObject {
  return {
    ...{ Name: name, Arn: arn, EventBusName: bus, State: enabled ? 'ENABLED' : 'DISABLED' },
    ...(patternText === undefined ? {} : { EventPattern: patternText }),
    ...(expression === undefined ? {} : { ScheduleExpression: expression }),
  };
}

function tested(pattern: string, text: JsonObject[string] | undefined): boolean {
  const event = asObject(text);
  if (event === undefined) throw new ServiceError('InvalidEventPatternException', 'The event is not valid JSON.');
  try {
    return eventPattern(pattern, 'all')(event);
  } catch (error) {
    if (error instanceof InvalidPattern)
      throw new ServiceError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${error.message}`);
    throw error;
  }
}
