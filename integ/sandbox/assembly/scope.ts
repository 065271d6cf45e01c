import type { DynamicReference, Json, Resource } from '../contracts';
import { AssemblyError } from './errors';
import { holds, type Scope } from './intrinsics';
import type { StackSource, TemplateOutput, TemplateParameter } from './template';

/** A stack whose conditions have been evaluated. */
export interface LoadedStack {
  readonly source: StackSource;
  readonly scope: Scope;
  readonly resources: Map<string, Resource>;
  /** By the logical id of the `AWS::CloudFormation::Stack`. */
  readonly nested: Map<string, LoadedStack>;
  conditions(name: string, at: string): boolean;
}

/** Decides about conditions and parameters instead of the template and its defaults. */
export interface Choices {
  condition(stack: string, name: string): boolean;
  /** A parameter of an outermost stack that the assembly gives no value. */
  parameter(stack: string, name: string, parameter: TemplateParameter, at: string): Json;
}

/** What a stack needs from the whole assembly. */
export interface Lookup {
  /** With choices, the resources and outputs of every condition exist. */
  readonly choices?: Choices;
  ref(resource: Resource, at: string): string;
  attribute(resource: Resource, name: string, at: string): string;
  stack(key: string): LoadedStack;
  export(name: string, at: string): { readonly stack: LoadedStack; readonly output: TemplateOutput };
  /** By the argument of `Fn::GetStackOutput`, evaluated. */
  output(argument: Json, at: string): { readonly stack: LoadedStack; readonly output: TemplateOutput };
  evaluate(stack: LoadedStack, expression: Json, at: string): Json | undefined;
  /** By the service of a dynamic reference, or the type of a parameter; undefined if no resource type handles it. */
  referenced(service: string, reference: DynamicReference): Json | undefined;
}

/** A stack that resolves its own names. */
export function scopeOf(source: StackSource, lookup: Lookup): LoadedStack {
  const { template, environment } = source;
  const resources = new Map<string, Resource>();
  const evaluated = new Map<string, boolean>();

  const conditions = (name: string, at: string): boolean => {
    const known = evaluated.get(name);
    if (known !== undefined) {
      return known;
    }
    const expression = template.Conditions?.[name];
    if (expression === undefined) {
      throw new AssemblyError(`${at}: ${source.key} has no condition ${name}`);
    }
    if (lookup.choices !== undefined) {
      return lookup.choices.condition(source.key, name);
    }
    const result = holds(expression, scope, `${source.key}.Conditions.${name}`);
    evaluated.set(name, result);
    return result;
  };

  const resourceOf = (logicalId: string, at: string): Resource => {
    const resource = resources.get(logicalId);
    if (resource === undefined) {
      const condition = template.Resources?.[logicalId]?.Condition;
      throw new AssemblyError(
        condition === undefined
          ? `${at}: ${source.key} has no parameter or resource ${logicalId}`
          : `${at}: ${source.key}.${logicalId} does not exist, because its condition ${condition} is false`,
      );
    }
    return resource;
  };

  const pseudo: Readonly<Record<string, () => Json | undefined>> = {
    'AWS::AccountId': () => environment.account,
    'AWS::Region': () => environment.region,
    'AWS::Partition': () => 'aws',
    'AWS::URLSuffix': () => 'amazonaws.com',
    'AWS::StackName': () => source.name,
    'AWS::StackId': () => stackId(source, lookup),
    'AWS::NotificationARNs': () => [],
    'AWS::NoValue': () => undefined,
  };

  const scope: Scope = {
    region: environment.region,
    condition: conditions,
    mapping: (map, key, second) => template.Mappings?.[map]?.[key]?.[second],
    ref: (name, at) => {
      if (Object.hasOwn(pseudo, name)) {
        return pseudo[name]();
      }
      if (template.Parameters?.[name] !== undefined) {
        return parameter(source, name, lookup, at);
      }
      return lookup.ref(resourceOf(name, at), at);
    },
    attribute: (logicalId, attribute, at) => lookup.attribute(resourceOf(logicalId, at), attribute, at),
    imported: (name, at) => {
      const { stack, output } = lookup.export(name, at);
      return lookup.evaluate(stack, output.Value, at) ?? null;
    },
    output: (argument, at) => {
      const { stack, output } = lookup.output(argument, at);
      return lookup.evaluate(stack, output.Value, at) ?? null;
    },
  };
  return { source, scope, resources, nested: new Map(), conditions };
}

function parameter(source: StackSource, name: string, lookup: Lookup, at: string): Json | undefined {
  const declared = source.template.Parameters?.[name] ?? { Type: 'String' };
  const { Type: type, Default: fallback } = declared;
  const given = source.parameters[name] ?? (source.parent ? undefined : lookup.choices?.parameter(source.key, name, declared, at));
  const value =
    given !== undefined && source.parent ? lookup.evaluate(lookup.stack(source.parent.stack.key), given, at) : (given ?? fallback);
  if (value === undefined) {
    throw new AssemblyError(`${at}: the parameter ${name} of ${source.key} has no value: give it a default in the template`);
  }
  const [, reader, inner = ''] = /^(.+::Value)<(.+)>$/.exec(type) ?? [];
  if (reader !== undefined) {
    const read = lookup.referenced(reader, { key: String(value), at: `${at}: the parameter ${name}`, place: `Parameters/${name}` });
    if (read === undefined) {
      throw new AssemblyError(`${at}: the parameter ${name} has the type ${type}, which is not supported`);
    }
    return isListType(inner) ? String(read).split(',') : read;
  }
  return isListType(type) && typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
}

function isListType(type: string): boolean {
  return type === 'CommaDelimitedList' || type.startsWith('List<');
}

function stackId(source: StackSource, lookup: Lookup): string {
  if (source.parent !== undefined) {
    const parent = lookup.stack(source.parent.stack.key);
    const resource = parent.resources.get(source.parent.logicalId);
    if (resource !== undefined) {
      return lookup.ref(resource, source.key);
    }
  }
  const { account, region } = source.environment;
  return `arn:aws:cloudformation:${region}:${account}:stack/${source.name}/00000000-0000-4000-8000-000000000000`;
}
