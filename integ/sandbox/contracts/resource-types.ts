import type { Json } from './json';

/**
 * - runs: a real engine or runtime on this machine implements it;
 * - evaluated: the sandbox evaluates it (policies, permissions), without an engine;
 * - template only: it is in the template, where tests can check it, but it has no effect in the sandbox;
 * - AWS only: only a real account can show its effect.
 */
export type Support = 'runs' | 'evaluated' | 'template only' | 'AWS only';

/**
 * Support of a property, with a reason if it differs from the type's: `'runs'` or `'template only: the engine has no tags'`. In a reason,
 * `{value}` is the property's value.
 */
export type PropertySupport = Support | `${'template only' | 'AWS only'}: ${string}`;

/** What `ref` and `attributes` may use. Names are generated before anything runs, so that resolution is a pure function. */
export interface Identity {
  readonly account: string;
  readonly region: string;
  /** The stack's name in CloudFormation. The name of a nested stack is derived from its parent's, with hyphens. */
  readonly stack: string;
  readonly logicalId: string;
  /** The value of a name property, or else a generated name as in CloudFormation: `<stack>-<logicalId>-<suffix>`. */
  name(property: string, maximumLength?: number): string;
  /** A stable token of lower-case letters and digits, for ids. */
  token(length: number): string;
  /** A property, resolved. */
  property(name: string): Json | undefined;
}

/** One resource type of a service. A service exports an array of these as `types`. */
export interface ResourceType {
  /** An exact type, or a family with a trailing star: `Custom::*`. The exact type takes precedence, then the longest family. */
  readonly type: string;
  readonly support: Support;
  /** A short text for the coverage: which engine runs it, or what only AWS can show. */
  readonly reason: string;
  /**
   * Every supported property, nested ones with dots (`StreamSpecification.StreamViewType`). If one member of a property is listed, all its
   * supported members must be listed; otherwise its own name covers the whole value. With listed members, its own name covers a value that
   * is not an object, such as JSON text. In a type that runs or is evaluated, a property that is not listed is an error:
   * `AWS::X::Y.Property is not supported`. The name `*` (or `A.B.*`) covers every property that is not listed.
   */
  readonly properties: Readonly<Record<string, PropertySupport>>;
  ref(of: Identity): string;
  readonly attributes?: Readonly<Record<string, (of: Identity) => string>>;
  /**
   * Values of its resources that templates read at deployment: by the service of a dynamic reference (`ssm` of `{{resolve:ssm:name}}`), or
   * by the type of a parameter (`AWS::SSM::Parameter::Value` of `AWS::SSM::Parameter::Value<String>`).
   */
  readonly dynamicReferences?: Readonly<Record<string, DynamicReferenceReader>>;
}

/** A place in a template that reads a value at deployment. */
export interface DynamicReference {
  /** The part after the service, `name:1`, or the value of the parameter. */
  readonly key: string;
  /** For errors: `Stack.Function.Environment.Variables.NAME`. */
  readonly at: string;
  /** The position in CloudFormation's format: `AWS::Lambda::Function/Properties/Environment/Variables/NAME`; a list element is `*`. */
  readonly place: string;
}

/** The value of a dynamic reference. @throws AssemblyError if CloudFormation would reject it, or if the value is not available */
export type DynamicReferenceReader = (reference: DynamicReference, resources: readonly Identity[]) => Json;
