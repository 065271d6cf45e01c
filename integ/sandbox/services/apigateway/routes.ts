import type { PathParameters } from '../../protocol/http';
import { type LeftOutMethod, type MethodDefinition, methodKey, type ResourceDefinition } from './definition';

export interface Route {
  readonly resource: ResourceDefinition;
  readonly parameters: PathParameters;
  /** Undefined if the resource has neither the method nor `ANY`. */
  readonly method: MethodDefinition | LeftOutMethod | undefined;
  /** The name of the method in limits. */
  readonly key: string;
}

interface Node {
  readonly literals: Map<string, Node>;
  parameter?: { readonly name: string; readonly node: Node };
  greedy?: { readonly name: string; readonly node: Node };
  resource?: ResourceDefinition;
}

/**
 * Matches paths: a literal segment takes precedence over `{parameter}`, which takes precedence over `{proxy+}`; a method takes precedence
 * over `ANY`. Resources without methods never match.
 */
export function router(resources: readonly ResourceDefinition[]): (method: string, path: string) => Route | undefined {
  const root: Node = { literals: new Map() };
  for (const resource of resources) {
    if (resource.methods.size > 0) insert(root, segmentsOf(resource.path)).resource = resource;
  }
  return (method, path) => {
    const found = find(root, segmentsOf(path), 0, {});
    if (!found) return undefined;
    const { resource, parameters } = found;
    return {
      resource,
      parameters,
      method: resource.methods.get(method) ?? resource.methods.get('ANY'),
      key: methodKey(resource.path, method),
    };
  };
}

function segmentsOf(path: string): string[] {
  return path.replace(/^\/|\/$/g, '') === '' ? [] : path.replace(/^\/|\/$/g, '').split('/');
}

function insert(node: Node, [segment, ...rest]: readonly string[]): Node {
  if (segment === undefined) return node;
  const name = /^\{(.+?)(\+?)\}$/.exec(segment);
  let next: Node;
  if (!name) {
    next = node.literals.get(segment) ?? { literals: new Map() };
    node.literals.set(segment, next);
  } else {
    const key = name[2] === '+' ? 'greedy' : 'parameter';
    node[key] ??= { name: name[1], node: { literals: new Map() } };
    next = node[key].node;
  }
  return insert(next, rest);
}

function find(
  node: Node,
  segments: readonly string[],
  at: number,
  parameters: PathParameters,
): { resource: ResourceDefinition; parameters: PathParameters } | undefined {
  if (at === segments.length) return node.resource && { resource: node.resource, parameters };
  const segment = decode(segments[at]);
  const literal = node.literals.get(segment);
  const { parameter, greedy } = node;
  return (
    (literal && find(literal, segments, at + 1, parameters)) ??
    (parameter && segment !== '' ? find(parameter.node, segments, at + 1, { ...parameters, [parameter.name]: segment }) : undefined) ??
    (greedy?.node.resource && {
      resource: greedy.node.resource,
      parameters: { ...parameters, [greedy.name]: segments.slice(at).map(decode).join('/') },
    })
  );
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
