import type { Json, JsonObject } from '../contracts';

/** The parts of a CloudFormation template that are read. `Rules` are not, because the CDK only uses them to check the bootstrap version. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Json>>>>>>;
  readonly Conditions?: JsonObject;
  readonly Transform?: string | readonly string[];
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: Json;
  readonly AllowedValues?: readonly Json[];
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly Metadata?: JsonObject;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
}

export interface TemplateOutput {
  readonly Value: Json;
  readonly Condition?: string;
  readonly Export?: { readonly Name: Json };
}

/** The account and region of a stack. */
export interface Environment {
  readonly account: string;
  readonly region: string;
}

/** One stack or nested stack, unresolved. */
export interface StackSource {
  /** The name in the assembly's interface: a nested stack is `<parent>.<logicalId>`. */
  readonly key: string;
  /** The name in CloudFormation. */
  readonly name: string;
  readonly template: Template;
  readonly environment: Environment;
  /** Keys of the stacks that are deployed before it; none for a nested stack. */
  readonly dependencies: readonly string[];
  /** Values for the template's parameters; for a nested stack, expressions of its parent. */
  readonly parameters: JsonObject;
  readonly parent?: { readonly stack: StackSource; readonly logicalId: string };
  /** Construct paths by logical id, if unambiguous. */
  readonly paths: ReadonlyMap<string, string>;
}
