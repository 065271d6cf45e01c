import type { Json, JsonObject } from './json';

/** One resource of a template whose condition is true, with unresolved intrinsic functions. */
export interface Resource {
  /** `<stack>.<logicalId>`, unique in the assembly. */
  readonly id: string;
  /** The stack's name; a nested stack is `<parent>.<logicalId of AWS::CloudFormation::Stack>`. */
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** `aws:cdk:path`, for output. */
  readonly path?: string;
  readonly properties: JsonObject;
  readonly metadata: JsonObject;
  /** Ids of resources. */
  readonly dependsOn: readonly string[];
}

/** A cloud assembly as one graph. Environment-agnostic stacks get the sandbox's account and Region. */
export interface Assembly {
  readonly directory: string;
  readonly account: string;
  readonly region: string;
  readonly partition: 'aws';
  readonly stacks: readonly string[];
  readonly resources: readonly Resource[];
  ofType(type: string): Resource[];
  find(id: string): Resource | undefined;
  /** Finds a resource by its ARN: its `Arn` attribute, or its Ref for types whose Ref is an ARN. */
  byArn(arn: string): Resource | undefined;
  /** The properties with every intrinsic function resolved to a local value. */
  properties(resource: Resource): JsonObject;
  /**
   * A resource as its service reads it. It is read once, so that validation, provisioning and endpoint share the value. It is read again
   * only if it may contain an attribute that has become known since.
   *
   * @throws NotYetKnown until the custom resource that it refers to has run
   */
  read<T>(resource: Resource, reader: ResourceReader<T>): T;
  /** Any expression, resolved in the context of a stack. */
  resolve(stack: string, expression: Json): Json;
  ref(resource: Resource): string;
  attribute(resource: Resource, name: string): string;
  /** Sets values that are known only at run time: the data of a custom resource, the label of a stream. The name `Ref` sets its Ref. */
  setAttribute(resource: Resource, name: string, value: string): void;
  /** Resources in dependency order, without those that are left out. */
  inOrder(): Resource[];
  /** Removes a resource from the run: services no longer find it, but references still resolve to the name that it would have. */
  leaveOut(resource: Resource, reason: string): void;
  /** The resources that are left out with their reasons, in the order in which they were left out. */
  readonly leftOut: ReadonlyMap<Resource, string>;
  /** Why an ARN has no resource: the resource, or its parent (of an index, an object, a version), is left out. */
  whyLeftOut(arn: string): string | undefined;
  /** Whether a resource is created after another one, because of references, `DependsOn`, or the order of stacks. */
  waitsFor(resource: Resource, other: Resource): boolean;
  /** The local file or directory of an asset, by bucket and key. */
  asset(bucket: string, key: string): string;
  /** The local files and directories of all assets, by `<bucket>/<key>`. */
  assets(): ReadonlyMap<string, string>;
  /** How the image of a URI in a repository is built; undefined if it is no asset of the assembly. */
  imageAsset(uri: string): ImageAsset | undefined;
  /** Placeholder values used so far for unsupported types: `Stack.Function.Environment.Variables.HOST: AWS::X::Y.Endpoint`. */
  placeholders(): readonly string[];
  /** The stack's outputs, resolved. */
  outputs(stack: string): Record<string, Json>;
}

/** A container image that is built from a folder of the assembly. */
export interface ImageAsset {
  readonly folder: string;
  /** Relative to the folder. */
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target?: string;
  /** What a deployment would do and the sandbox does not: secrets of a build, a program instead of a Dockerfile, … */
  readonly unsupported: readonly string[];
}

/** Reads one resource into the typed value of its service. */
export type ResourceReader<T> = (assembly: Assembly, resource: Resource) => T;
