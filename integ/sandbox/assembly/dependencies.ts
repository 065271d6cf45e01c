import type { Json, Resource } from '../contracts';
import { references } from './references';
import type { LoadedStack, Lookup } from './scope';

/** The order in which CloudFormation creates resources: by references, DependsOn, and nested stacks as a whole. */
export class DependencyGraph {
  constructor(private readonly lookup: Lookup) {}

  public dependencies(resource: Resource): Set<Resource> {
    const stack = this.lookup.stack(resource.stack);
    const found = new Set([...this.explicit(stack, resource), ...this.of(stack, resource.properties)]);
    const nested = stack.nested.get(resource.logicalId);
    for (const child of nested === undefined ? [] : this.contents(nested)) {
      found.add(child);
    }
    return found;
  }

  private *explicit(stack: LoadedStack, resource: Resource): Iterable<Resource> {
    for (const id of resource.dependsOn) {
      const dependency = stack.resources.get(id.slice(stack.source.key.length + 1));
      if (dependency !== undefined) {
        yield dependency;
      }
    }
    const { parent } = stack.source;
    const owner = parent && this.lookup.stack(parent.stack.key);
    const nestedStack = parent && owner?.resources.get(parent.logicalId);
    if (owner !== undefined && nestedStack !== undefined) {
      yield* this.explicit(owner, nestedStack);
    }
  }

  private *contents(nested: LoadedStack): Iterable<Resource> {
    yield* nested.resources.values();
    for (const inner of nested.nested.values()) {
      yield* this.contents(inner);
    }
  }

  private *of(stack: LoadedStack, expression: Json | undefined): Iterable<Resource> {
    for (const { name, attribute, exported, output } of references(expression, (condition) =>
      stack.conditions(condition, stack.source.key),
    )) {
      const { source, resources, nested } = stack;
      const inner = nested.get(name);
      const resource = resources.get(name);
      if (exported !== undefined) {
        const found = this.lookup.export(String(this.lookup.evaluate(stack, exported, source.key)), source.key);
        yield* this.of(found.stack, found.output.Value);
      } else if (output !== undefined) {
        const found = this.lookup.output(this.lookup.evaluate(stack, output, source.key) ?? null, source.key);
        yield* this.of(found.stack, found.output.Value);
      } else if (inner !== undefined && attribute?.startsWith('Outputs.')) {
        yield* this.of(inner, inner.source.template.Outputs?.[attribute.slice('Outputs.'.length)]?.Value);
      } else if (resource !== undefined) {
        yield resource;
      } else if (source.parent !== undefined && source.parameters[name] !== undefined) {
        yield* this.of(this.lookup.stack(source.parent.stack.key), source.parameters[name]);
      }
    }
  }
}
