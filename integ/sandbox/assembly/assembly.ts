import type { Assembly, DynamicReference, ImageAsset, Json, JsonObject, Resource, ResourceReader, ResourceType } from '../contracts';
import { DependencyGraph } from './dependencies';
import { resolveDynamicReferences } from './dynamic-references';
import { AssemblyError, NotYetKnown } from './errors';
import { generatedName, identityOf } from './identity';
import { evaluate } from './intrinsics';
import { type ManifestContents, readTemplate } from './manifest';
import { topological } from './order';
import { resourceTypeOf } from './resource-types';
import { type Choices, type LoadedStack, type Lookup, scopeOf } from './scope';
import type { StackSource, TemplateOutput } from './template';

/** Attributes of custom resources, which are known after they have run. */
const CUSTOM = /^(Custom::|AWS::CloudFormation::CustomResource$)/;
const SUPPORTED_TRANSFORMS = ['AWS::LanguageExtensions'];

export class CloudAssembly implements Assembly, Lookup {
  public readonly account: string;
  public readonly region: string;
  public readonly partition = 'aws';
  public readonly resources: Resource[] = [];
  private readonly loaded = new Map<string, LoadedStack>();
  private readonly byId = new Map<string, Resource>();
  private readonly exported = new Map<string, { readonly stack: LoadedStack; readonly output: TemplateOutput }>();
  public readonly leftOut = new Map<Resource, string>();
  private readonly late = new Map<string, string>();
  private readonly placeholderValues = new Set<string>();
  /** Dynamic references that are being resolved, to detect cycles. */
  private readonly resolving = new Set<string>();
  /** The values of resources, by reader and id. */
  private readonly values = new Map<ResourceReader<unknown>, Map<string, unknown>>();
  private arns: Map<string, Resource> | undefined;

  constructor(
    public readonly directory: string,
    private readonly contents: ManifestContents,
    private readonly types: readonly ResourceType[],
    public readonly choices?: Choices,
  ) {
    this.account = contents.environment.account;
    this.region = contents.environment.region;
    for (const source of contents.stacks) {
      this.load(source);
    }
  }

  public get stacks(): readonly string[] {
    return [...this.loaded.keys()];
  }

  public ofType(type: string): Resource[] {
    return this.resources.filter((resource) => resource.type === type && !this.leftOut.has(resource));
  }

  public find(id: string): Resource | undefined {
    return this.byId.get(id);
  }

  public byArn(arn: string): Resource | undefined {
    this.arns ??= new Map(
      this.resources
        .filter((resource) => !this.leftOut.has(resource))
        .flatMap((resource) => this.arnsOf(resource).map((own) => [own, resource] as const)),
    );
    return this.arns.get(arn);
  }

  public leaveOut(resource: Resource, reason: string): void {
    if (this.leftOut.has(resource)) return;
    this.leftOut.set(resource, reason);
    this.values.clear();
    this.arns = undefined;
  }

  public whyLeftOut(arn: string): string | undefined {
    for (const [resource, reason] of this.leftOut) {
      if (this.arnsOf(resource).some((own) => arn === own || arn.startsWith(`${own}/`) || arn.startsWith(`${own}:`))) return reason;
    }
    return undefined;
  }

  public properties(resource: Resource): JsonObject {
    try {
      return (this.evaluate(this.stack(resource.stack), resource.properties, resource.id, `${resource.type}/Properties`) ??
        {}) as JsonObject;
    } catch (error) {
      if (error instanceof AssemblyError || error instanceof NotYetKnown) error.resource ??= resource;
      throw error;
    }
  }

  public read<T>(resource: Resource, reader: ResourceReader<T>): T {
    const known = this.values.get(reader) ?? new Map<string, unknown>();
    if (!known.has(resource.id)) known.set(resource.id, reader(this, resource));
    this.values.set(reader, known);
    return known.get(resource.id) as T;
  }

  public resolve(stack: string, expression: Json): Json {
    return this.evaluate(this.stack(stack), expression, stack) ?? null;
  }

  public ref(resource: Resource, at = resource.id): string {
    const late = this.late.get(`${resource.id} Ref`);
    if (late !== undefined) {
      return late;
    }
    const known = resourceTypeOf(this.types, resource.type);
    if (known !== undefined) {
      return known.ref(this.identity(resource));
    }
    this.placeholderValues.add(`${at}: ${resource.type}.Ref`);
    return this.generatedName(resource);
  }

  public attribute(resource: Resource, name: string, at = resource.id): string {
    const late = this.late.get(`${resource.id} ${name}`);
    if (late !== undefined) {
      return late;
    }
    const nested = this.stack(resource.stack).nested.get(resource.logicalId);
    if (nested !== undefined && name.startsWith('Outputs.')) {
      return this.nestedOutput(nested, name.slice('Outputs.'.length), at);
    }
    const known = resourceTypeOf(this.types, resource.type);
    const attribute = known?.attributes?.[name];
    if (attribute !== undefined) {
      return attribute(this.identity(resource));
    }
    if (CUSTOM.test(resource.type)) {
      throw new NotYetKnown(`${at}: ${resource.id}.${name} is known only when the custom resource has run`);
    }
    if (known !== undefined) {
      throw new AssemblyError(`${at}: ${resource.type}.${name} is not supported as an attribute (${resource.id})`);
    }
    this.placeholderValues.add(`${at}: ${resource.type}.${name}`);
    const generated = this.generatedName(resource);
    const service = resource.type.split('::')[1]?.toLowerCase() ?? '';
    return name.endsWith('Arn') ? `arn:${this.partition}:${service}:${this.region}:${this.account}:${generated}` : `${generated}.${name}`;
  }

  public setAttribute(resource: Resource, name: string, value: string): void {
    this.late.set(`${resource.id} ${name}`, value);
    this.arns = undefined;
    this.values.clear();
  }

  public placeholders(): readonly string[] {
    return [...this.placeholderValues];
  }

  public inOrder(): Resource[] {
    const graph = new DependencyGraph(this);
    return topological(
      this.resources,
      (resource) => graph.dependencies(resource),
      (resource) => resource.id,
    ).filter((resource) => !this.leftOut.has(resource));
  }

  public waitsFor(resource: Resource, other: Resource): boolean {
    const [mine, its] = [this.outermost(resource), this.outermost(other)];
    if (mine !== its) {
      return this.isDeployedAfter(mine, its, new Set());
    }
    const graph = new DependencyGraph(this);
    const seen = new Set<Resource>();
    const reaches = (from: Resource): boolean => {
      if (seen.has(from)) {
        return false;
      }
      seen.add(from);
      return [...graph.dependencies(from)].some((dependency) => dependency === other || reaches(dependency));
    };
    return reaches(resource);
  }

  private isDeployedAfter(stack: StackSource, other: StackSource, seen: Set<StackSource>): boolean {
    seen.add(stack);
    return stack.dependencies
      .flatMap((key) => this.loaded.get(key)?.source ?? [])
      .some((dependency) => dependency === other || (!seen.has(dependency) && this.isDeployedAfter(dependency, other, seen)));
  }

  private outermost(resource: Resource): StackSource {
    let { source } = this.stack(resource.stack);
    while (source.parent !== undefined) {
      source = source.parent.stack;
    }
    return source;
  }

  public asset(bucket: string, key: string): string {
    const path = this.contents.assets.get(`${bucket}/${key}`);
    if (path === undefined) {
      throw new AssemblyError(`${this.directory} has no file asset for s3://${bucket}/${key}`);
    }
    return path;
  }

  public assets(): ReadonlyMap<string, string> {
    return this.contents.assets;
  }

  public imageAsset(uri: string): ImageAsset | undefined {
    const [, ...name] = uri.split('/');
    return this.contents.images.get(name.join('/'));
  }

  public outputs(stack: string): Record<string, Json> {
    const { source, conditions } = this.stack(stack);
    return Object.fromEntries(
      Object.entries(source.template.Outputs ?? {})
        .filter(([, output]) => output.Condition === undefined || conditions(output.Condition, stack))
        .map(([name, output]) => [name, this.evaluate(this.stack(stack), output.Value, `${stack}.Outputs.${name}`) ?? null]),
    );
  }

  public export(name: string, at: string): { readonly stack: LoadedStack; readonly output: TemplateOutput } {
    const found = this.exported.get(name);
    if (found === undefined) {
      throw new AssemblyError(`${at}: no stack of the assembly exports ${name}`);
    }
    return found;
  }

  public output(argument: Json, at: string): { readonly stack: LoadedStack; readonly output: TemplateOutput } {
    const { StackName: name, OutputName: key, Region: region, ...others } = argument as Record<string, Json>;
    const unknown = Object.keys(others)[0];
    if (unknown !== undefined) {
      throw new AssemblyError(`${at}: Fn::GetStackOutput.${unknown} is not supported`);
    }
    for (const stack of this.loaded.values()) {
      const output = stack.source.template.Outputs?.[String(key)];
      const { parent, name: own, environment } = stack.source;
      if (output !== undefined && parent === undefined && own === name && (region === undefined || region === environment.region)) {
        return { stack, output };
      }
    }
    throw new AssemblyError(`${at}: no stack ${name} of the assembly has an output ${key}`);
  }

  /** @param place the position in CloudFormation's format, for a property of a resource */
  public evaluate(stack: LoadedStack, expression: Json, at: string, place = at): Json | undefined {
    const value = evaluate(expression, stack.scope, at);
    const referenced = (service: string, reference: DynamicReference) => this.referenced(service, reference);
    return value === undefined ? undefined : resolveDynamicReferences(value, { at, place }, referenced);
  }

  public referenced(service: string, reference: DynamicReference): Json | undefined {
    const type = this.types.find(({ dynamicReferences = {} }) => Object.hasOwn(dynamicReferences, service));
    if (type === undefined) {
      return undefined;
    }
    const own = `${service}:${reference.key}`;
    if (this.resolving.has(own)) {
      throw new AssemblyError(`${reference.at}: ${own} refers to itself`);
    }
    this.resolving.add(own);
    try {
      const resources = this.ofType(type.type).map((resource) => this.identity(resource));
      return type.dynamicReferences?.[service](reference, resources);
    } finally {
      this.resolving.delete(own);
    }
  }

  private load(source: StackSource): void {
    const transforms = [source.template.Transform ?? []].flat();
    for (const transform of transforms.filter((name) => !SUPPORTED_TRANSFORMS.includes(name))) {
      throw new AssemblyError(`${source.key}: the transform ${transform} is not supported`);
    }
    const stack = scopeOf(source, this);
    this.loaded.set(source.key, stack);
    for (const [logicalId, resource] of Object.entries(source.template.Resources ?? {})) {
      const id = `${source.key}.${logicalId}`;
      checkResource(resource, id);
      const { Type, Properties, Metadata, DependsOn, Condition } = resource;
      if (Condition !== undefined && this.choices === undefined && !stack.conditions(Condition, id)) {
        continue;
      }
      const metadata = Metadata ?? {};
      const loaded: Resource = {
        id,
        stack: source.key,
        logicalId,
        type: Type,
        path: (metadata['aws:cdk:path'] as string | undefined) ?? source.paths.get(logicalId),
        properties: Properties ?? {},
        metadata,
        dependsOn: [DependsOn ?? []].flat().map((dependency) => `${source.key}.${dependency}`),
      };
      this.resources.push(loaded);
      this.byId.set(id, loaded);
      stack.resources.set(logicalId, loaded);
    }
    for (const output of Object.values(source.template.Outputs ?? {})) {
      const { Condition, Export } = output;
      if (Export !== undefined && (Condition === undefined || this.choices !== undefined || stack.conditions(Condition, source.key))) {
        this.exported.set(String(evaluate(Export.Name, stack.scope, `${source.key}.Outputs`)), { stack, output });
      }
    }
    for (const resource of [...stack.resources.values()].filter(({ type }) => type === 'AWS::CloudFormation::Stack')) {
      this.loadNested(stack, resource);
    }
  }

  private loadNested(parent: LoadedStack, resource: Resource): void {
    const url = String(evaluate(resource.properties.TemplateURL ?? '', parent.scope, `${resource.id}.TemplateURL`));
    const [, bucket, key] = /^https:\/\/s3[^/]*\/([^/]+)\/(.+)$/.exec(url) ?? [];
    if (bucket === undefined) {
      throw new AssemblyError(`${resource.id}.TemplateURL: ${url} is not supported: it must be an asset of the assembly`);
    }
    this.load({
      key: resource.id,
      name: this.identity(resource).name('StackName', 128),
      template: readTemplate(this.asset(bucket, key)),
      environment: parent.source.environment,
      dependencies: [],
      parameters: (resource.properties.Parameters ?? {}) as JsonObject,
      parent: { stack: parent.source, logicalId: resource.logicalId },
      paths: parent.source.paths,
    });
    parent.nested.set(resource.logicalId, this.stack(resource.id));
  }

  private nestedOutput(nested: LoadedStack, name: string, at: string): string {
    const output = nested.source.template.Outputs?.[name];
    if (output === undefined) {
      throw new AssemblyError(`${at}: the nested stack ${nested.source.key} has no output ${name}`);
    }
    return String(this.evaluate(nested, output.Value, `${nested.source.key}.Outputs.${name}`));
  }

  public stack(key: string): LoadedStack {
    const stack = this.loaded.get(key);
    if (stack === undefined) {
      throw new AssemblyError(`${this.directory} has no stack ${key}, it has ${this.stacks.join(', ')}`);
    }
    return stack;
  }

  private identity(resource: Resource) {
    const stack = this.stack(resource.stack);
    return identityOf(stack.source.environment, stack.source.name, resource.logicalId, resource.id, (name) =>
      resource.properties[name] === undefined
        ? undefined
        : this.evaluate(stack, resource.properties[name], `${resource.id}.${name}`, `${resource.type}/Properties/${name}`),
    );
  }

  private generatedName(resource: Resource): string {
    return generatedName(this.stack(resource.stack).source.name, resource.logicalId, resource.id);
  }

  /** Without placeholders, values that are not yet known and missing values: they are not valid ARNs. */
  private arnsOf(resource: Resource): string[] {
    const known = resourceTypeOf(this.types, resource.type);
    const values = [() => this.ref(resource), ...(known?.attributes?.Arn ? [() => this.attribute(resource, 'Arn')] : [])];
    return known === undefined ? [] : values.flatMap((value) => attempt(value) ?? []).filter((value) => value.startsWith('arn:'));
  }
}

/** Validates the structure, because templates may be handwritten. */
function checkResource(resource: unknown, id: string): void {
  if (!isObject(resource) || typeof resource.Type !== 'string') {
    throw new AssemblyError(`${id} is not a resource: it must be an object with a Type`);
  }
  for (const part of ['Properties', 'Metadata'] as const) {
    if (resource[part] !== undefined && !isObject(resource[part])) {
      throw new AssemblyError(`${id}.${part} must be an object`);
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function attempt(value: () => string): string | undefined {
  try {
    return value();
  } catch (error) {
    if (error instanceof NotYetKnown || error instanceof AssemblyError) {
      return undefined;
    }
    throw error;
  }
}
