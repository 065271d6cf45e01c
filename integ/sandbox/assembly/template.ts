import type { Json, JsonObject } from '../contracts';

/** What is read of a CloudFormation template. `Rules` are not: CDK writes only the check of the bootstrap version there. */
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

/** One stack, or nested stack, before anything of it is resolved. */
export interface StackSource {
  /** The name by which the assembly's interface knows it: a nested stack is `<parent>.<logicalId>`. */
  readonly key: string;
  /** The name as CloudFormation has it. */
  readonly name: string;
  readonly template: Template;
  readonly environment: Environment;
  /** Keys of the stacks that are deployed before it; of a nested stack, none. */
  readonly dependencies: readonly string[];
  /** Values for the template's parameters; of a nested stack, expressions of its parent. */
  readonly parameters: JsonObject;
  readonly parent?: { readonly stack: StackSource; readonly logicalId: string };
  /** Construct path by logical id, where it is unambiguous. */
  readonly paths: ReadonlyMap<string, string>;
}
