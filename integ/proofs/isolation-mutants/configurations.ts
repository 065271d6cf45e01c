import type { Assembly, Json, JsonObject } from '../../sandbox';
import { type ManifestContents, openContents } from '../../sandbox/assembly';
import type { StackSource } from '../../sandbox/assembly/template';
import { readDocuments } from '../../sandbox/iam/documents';
import { resourceTypes, services } from '../../sandbox/services';
import { resourcePoliciesOf } from '../../sandbox/start-services';

/** The templates of a cloud assembly, which may have been changed since they were read. */
export interface Templates {
  readonly directory: string;
  readonly contents: ManifestContents;
}

/** A policy document, with a number that is the same for equal documents. */
export interface Policy {
  readonly number: number;
  readonly document: JsonObject;
}

export interface ConfiguredRole {
  readonly arn: string;
  readonly path: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly identity: readonly Policy[];
  readonly boundary: readonly Policy[];
}

/** Every policy of an assembly, for one value of each of its parameters. */
export interface Configuration {
  /** By stack and parameter, those that a condition or a resource uses: `Stack.Parameter`. */
  readonly given: Readonly<Record<string, string>>;
  readonly assembly: Assembly;
  readonly roles: readonly ConfiguredRole[];
  /** The policy of a resource, or the trust policy of a role. */
  policyOf(arn: string): Policy | undefined;
}

const MOST = 64;

/** One configuration per combination of the values that the parameters of the templates can have. */
export function configurationsOf(templates: Templates): Configuration[] {
  const choices = templates.contents.stacks.flatMap(parametersOf);
  const combinations = choices.reduce<Record<string, string>[]>(
    (before, { name, values }) => before.flatMap((given) => values.map((value) => ({ ...given, [name]: value }))),
    [{}],
  );
  if (combinations.length > MOST) throw new Error(`The templates have ${combinations.length} combinations of values, more than ${MOST}`);
  return combinations.map((given) => configured(templates, given));
}

interface Choice {
  readonly name: string;
  readonly values: readonly string[];
}

/**
 * The values of each parameter that a condition or a resource uses: those that the template allows. Any text is allowed without them: then
 * the default, each text that a condition compares with the parameter, and one more.
 */
function parametersOf({ key, parent, template, parameters }: StackSource): Choice[] {
  if (parent !== undefined) return [];
  return Object.entries(template.Parameters ?? {}).flatMap(([name, parameter]) => {
    const { AllowedValues, Default } = parameter as { readonly AllowedValues?: readonly Json[]; readonly Default?: Json };
    const compared = comparedWith(name, (template.Conditions ?? {}) as Json);
    const used = compared.length > 0 || (AllowedValues !== undefined && refersTo(name, (template.Resources ?? {}) as unknown as Json));
    if (!used) return [];
    const fallback = parameters[name] ?? Default;
    const values = AllowedValues?.map(String) ?? [...(fallback === undefined ? [] : [String(fallback)]), ...compared, 'another'];
    return [{ name: `${key}.${name}`, values: [...new Set(values)] }];
  });
}

function comparedWith(name: string, json: Json): string[] {
  if (typeof json !== 'object' || json === null) return [];
  if (Array.isArray(json)) return json.flatMap((part) => comparedWith(name, part));
  const sides = json['Fn::Equals'];
  if (Array.isArray(sides) && sides.some((side) => (side as JsonObject | null)?.Ref === name)) {
    return sides.filter((side) => typeof side === 'string');
  }
  return Object.values(json).flatMap((part) => comparedWith(name, part));
}

function refersTo(name: string, json: Json): boolean {
  if (typeof json === 'string') return json.includes(`\${${name}}`);
  if (typeof json !== 'object' || json === null) return false;
  if (!Array.isArray(json) && json.Ref === name) return true;
  return Object.values(json).some((part) => refersTo(name, part));
}

function configured({ directory, contents }: Templates, given: Readonly<Record<string, string>>): Configuration {
  const stacks = contents.stacks.map((stack) => {
    const own = Object.entries(given).flatMap(([name, value]) =>
      name.startsWith(`${stack.key}.`) ? [[name.slice(stack.key.length + 1), value] as const] : [],
    );
    return own.length === 0 ? stack : { ...stack, parameters: { ...stack.parameters, ...Object.fromEntries(own) } };
  });
  const assembly = openContents(directory, { ...contents, stacks }, resourceTypes);
  const documents = readDocuments(assembly, resourcePoliciesOf(services, assembly));
  const ofKeys = policy(leftToTheAccount(assembly));
  const paths = new Map(assembly.ofType('AWS::IAM::Role').map((role) => [assembly.attribute(role, 'Arn'), role.path ?? role.id]));
  return {
    given,
    assembly,
    roles: documents.roles.map(({ arn, tags, identity, boundary }) => ({
      ...{ arn, path: (paths.get(arn) ?? arn).replace(/\/Resource$/, ''), tags },
      identity: identity().map(({ document }) => policy(document)),
      boundary: boundary().map(({ document }) => policy(document)),
    })),
    policyOf(arn) {
      const document = documents.resource(arn);
      return document === undefined ? (/^arn:[^:]+:kms:/.test(arn) ? ofKeys : undefined) : policy(document);
    },
  };
}

/** The policy of a key that is not in the assembly. */
function leftToTheAccount({ partition, account }: Assembly): JsonObject {
  const Principal = { AWS: `arn:${partition}:iam::${account}:root` };
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }] };
}

const policies = new Map<string, Policy>();
const known = new WeakMap<JsonObject, Policy>();

/** Equal documents are one object, so that the evaluation reads each of them once. */
function policy(document: JsonObject): Policy {
  const own = known.get(document);
  if (own !== undefined) return own;
  const text = JSON.stringify(document);
  const found = policies.get(text) ?? { number: policies.size, document };
  policies.set(text, found);
  known.set(document, found);
  return found;
}
