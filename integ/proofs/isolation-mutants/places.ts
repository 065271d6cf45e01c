import type { Json, JsonObject } from '../../sandbox';
import type { Template, TemplateResource } from '../../sandbox/assembly/template';
import type { Templates } from './configurations';

export type PolicyKind = 'identity' | 'trust' | 'resource';

/** A policy document in a template, unresolved. */
export interface Place {
  readonly stack: number;
  readonly logicalId: string;
  readonly type: string;
  readonly kind: PolicyKind;
  /** From the properties of the resource to the document. */
  readonly path: readonly (string | number)[];
  readonly statements: readonly JsonObject[];
}

const KINDS: Readonly<Record<string, readonly [kind: PolicyKind, property: string][]>> = {
  'AWS::IAM::Role': [['trust', 'AssumeRolePolicyDocument']],
  'AWS::IAM::Policy': [['identity', 'PolicyDocument']],
  'AWS::IAM::RolePolicy': [['identity', 'PolicyDocument']],
  'AWS::IAM::ManagedPolicy': [['identity', 'PolicyDocument']],
  'AWS::S3::BucketPolicy': [['resource', 'PolicyDocument']],
  'AWS::SQS::QueuePolicy': [['resource', 'PolicyDocument']],
  'AWS::KMS::Key': [['resource', 'KeyPolicy']],
};

/** Every policy document of the templates. */
export function placesOf({ contents }: Templates): Place[] {
  return contents.stacks.flatMap(({ template }, stack) =>
    Object.entries(template.Resources ?? {}).flatMap(([logicalId, { Type, Properties = {} }]) => {
      const inline = [Type === 'AWS::IAM::Role' ? (Properties.Policies ?? []) : []].flat() as JsonObject[];
      const found = [
        ...(KINDS[Type] ?? []).map(([kind, name]) => ({ kind, path: [name], document: Properties[name] })),
        ...inline.map(({ PolicyDocument }, number) => ({
          ...{ kind: 'identity' as const, path: ['Policies', number, 'PolicyDocument'], document: PolicyDocument },
        })),
      ];
      return found.flatMap(({ kind, path, document }) => {
        const statements = [(document as JsonObject | undefined)?.Statement ?? []].flat() as JsonObject[];
        return statements.length === 0 ? [] : [{ stack, logicalId, type: Type, kind, path, statements }];
      });
    }),
  );
}

/** Copies of the templates in which one document has other statements. */
export function withStatements(templates: Templates, place: Place, statements: readonly JsonObject[]): Templates {
  return withResource(templates, place.stack, place.logicalId, (resource) => ({
    ...resource,
    Properties: replaced(resource.Properties ?? {}, [...place.path, 'Statement'], [...statements]) as JsonObject,
  }));
}

export function withResource(
  templates: Templates,
  stack: number,
  logicalId: string,
  change: (resource: TemplateResource) => TemplateResource,
): Templates {
  return withTemplate(templates, stack, (template) => {
    const resources = template.Resources ?? {};
    return { ...template, Resources: { ...resources, [logicalId]: change(resources[logicalId]) } };
  });
}

export function withTemplate(templates: Templates, stack: number, change: (template: Template) => Template): Templates {
  const { contents } = templates;
  const stacks = contents.stacks.map((source, number) => (number === stack ? { ...source, template: change(source.template) } : source));
  return { ...templates, contents: { ...contents, stacks } };
}

function replaced(json: Json, [first, ...rest]: readonly (string | number)[], value: Json): Json {
  if (first === undefined) return value;
  if (Array.isArray(json)) return json.map((part, number) => (number === first ? replaced(part, rest, value) : part));
  const object = json as JsonObject;
  return { ...object, [first]: replaced(object[first], rest, value) };
}

/** The conditions of a statement: operator, key and values. */
export interface ConditionEntry {
  readonly operator: string;
  readonly key: string;
  readonly values: Json;
}

export function conditionsIn({ Condition }: JsonObject): ConditionEntry[] {
  return Object.entries((Condition ?? {}) as Record<string, JsonObject>).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values })),
  );
}

/** The statement with these conditions, and none if there are none. The order of its elements stays, so that equal statements have equal texts. */
export function withConditions(statement: JsonObject, entries: readonly ConditionEntry[]): JsonObject {
  const operators = new Map<string, JsonObject>();
  for (const { operator, key, values } of entries) operators.set(operator, { ...operators.get(operator), [key]: values });
  const Condition = Object.fromEntries(operators);
  const elements = Object.entries(statement).flatMap(([name, value]): [string, Json][] => {
    if (name !== 'Condition') return [[name, value]];
    return entries.length === 0 ? [] : [[name, Condition]];
  });
  return Object.fromEntries(elements);
}

/** A value with every text in it changed. */
export function withTexts(json: Json, change: (text: string) => string): Json {
  if (typeof json === 'string') return change(json);
  if (Array.isArray(json)) return json.map((part) => withTexts(part, change));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, part]) => [key, withTexts(part, change)]));
}

export function listOf(json: Json | undefined): Json[] {
  return json === undefined ? [] : [json].flat();
}
