import { parse } from 'velocityjs';
import { ARITHMETIC, equal, ORDER } from './arithmetic';
import type { Block, Expression, Node, Reference, Step } from './ast';
import { checkTemplate } from './check';
import { gobble } from './gobble';
import { literal } from './literal';
import { callMethod, readIndex, readProperty } from './methods';
import { javaString, type Value } from './value';

/** Documented quota: iterations of a `#foreach` loop in a mapping template. */
const MAXIMUM_ITERATIONS = 1000;

export interface Template {
  /** Renders with these variables, which `#set` changes. Throws where Velocity would throw an exception. */
  render(variables: Map<string, Value>): string;
}

export interface TemplateOptions {
  /** The variables that exist before the template runs. */
  readonly variables: readonly string[];
  /** Whether null prints nothing, as in API Gateway. Velocity itself prints the source of the reference. @default true */
  readonly quiet?: boolean;
}

/**
 * Compiles a mapping template, which can be rendered any number of times. velocityjs parses it; the evaluation is that of Velocity 1.7.
 * Throws an error that names what is not supported, so that no template renders differently than on AWS.
 */
export function compileTemplate(source: string, options: TemplateOptions): Template {
  const strings = new Map<string, readonly Node[]>();
  const nodesOf = (text: string): readonly Node[] => {
    const known = strings.get(text);
    if (known) return known;
    let nodes: readonly Node[];
    try {
      nodes = gobble(parse(text, {}, false) as unknown as Node[]);
    } catch (error) {
      throw new Error(`the template cannot be parsed: ${(error as Error).message.split('\n').slice(0, 3).join(' ')}`);
    }
    strings.set(text, nodes);
    return nodes;
  };
  const nodes = nodesOf(source);
  checkTemplate(nodes, nodesOf, options.variables);
  const settings = { nodesOf, quiet: options.quiet ?? true, counts: COUNTERS.test(source) };
  return {
    render: (variables) => {
      try {
        return new Run(variables, settings).nodes(nodes);
      } catch (error) {
        if (error instanceof Break) return error.printed;
        throw error;
      }
    },
  };
}

/** Finds templates that use loop counters; other templates don't compute them. */
const COUNTERS = /\$!?\{?(?:foreach|velocityCount)\b/;

interface Settings {
  readonly nodesOf: (text: string) => readonly Node[];
  readonly quiet: boolean;
  readonly counts: boolean;
}

/** Thrown by `#break`, with the output so far. */
class Break {
  constructor(public printed: string) {}
}

/** One rendering. */
class Run {
  private readonly definitions = new Map<string, readonly Node[]>();

  constructor(
    private readonly variables: Map<string, Value>,
    private readonly settings: Settings,
  ) {}

  /** Prints the nodes in a range. */
  nodes(nodes: readonly Node[], from = 0, to = nodes.length): string {
    let result = '';
    for (let at = from; at < to; at += 1) {
      const node = nodes[at];
      if (typeof node === 'string') result += node;
      else if (isBlock(node)) {
        try {
          result += this.block(node);
        } catch (error) {
          // Output before a #break inside an #if is kept.
          if (error instanceof Break) error.printed = result + error.printed;
          throw error;
        }
      } else if (node.type === 'references') result += this.printed(node);
      else if (node.type === 'set') this.set(node.equal[0], this.expression(node.equal[1]));
      else if (node.type === 'raw') result += node.value;
      else if (node.type === 'break') throw new Break(result);
    }
    return result;
  }

  private block(block: Block): string {
    const [directive] = block;
    if (directive.type === 'if') return this.branch(block);
    if (directive.type === 'foreach') return this.loop(directive.to, this.expression(directive.from), block);
    if (directive.type === 'define') this.definitions.set(directive.id, nodesIn(block).slice(1));
    return '';
  }

  private branch(block: Block): string {
    let from: number | undefined;
    let at = 0;
    for (; at < block.length; at += 1) {
      const node = block[at];
      if (!isClause(node)) continue;
      if (from !== undefined) break;
      if (node.condition === undefined || truth(this.expression(node.condition))) from = at + 1;
    }
    return from === undefined ? '' : this.nodes(nodesIn(block), from, at);
  }

  private loop(name: string, from: Value, block: Block): string {
    const { counts } = this.settings;
    const items = Array.isArray(from) ? [...from] : from instanceof Map ? [...from.values()] : [];
    if (items.length > MAXIMUM_ITERATIONS) throw new Error(`#foreach has ${items.length} iterations; the maximum is ${MAXIMUM_ITERATIONS}`);
    const own = counts ? ['foreach', 'velocityCount', name] : [name];
    const before = own.map((key) => [key, this.variables.has(key), this.variables.get(key)] as const);
    const parent = this.variables.get('foreach');
    let result = '';
    try {
      for (let index = 0; index < items.length; index += 1) {
        this.variables.set(name, items[index]);
        if (counts) {
          this.variables.set('velocityCount', BigInt(index + 1));
          this.variables.set('foreach', counters(index, items.length, parent));
        }
        result += this.nodes(nodesIn(block), 1);
      }
    } catch (error) {
      if (!(error instanceof Break)) throw error;
      result += error.printed;
    }
    for (const [key, had, value] of before) {
      if (had) this.variables.set(key, value);
      else this.variables.delete(key);
    }
    return result;
  }

  /** `#set` to null leaves the variable as it was (`directive.set.null.allowed` is false by default). */
  private set(target: Reference, value: Value): void {
    if (value === null || value === undefined) return;
    const path = target.path ?? [];
    const last = path.at(-1);
    if (last === undefined) {
      this.variables.set(target.id, value);
      return;
    }
    const owner = this.walk(this.variables.get(target.id), path.slice(0, -1));
    const key = last.type === 'property' ? last.id : last.type === 'index' ? this.expression(last.id) : undefined;
    if (owner instanceof Map && key !== undefined) owner.set(javaString(key), value);
    else if (Array.isArray(owner) && typeof key === 'bigint') callMethod(owner, 'set', [key, value]);
  }

  private printed(reference: Reference): string {
    const value = this.reference(reference);
    if (value !== null && value !== undefined) return javaString(value);
    return this.settings.quiet || reference.leader === '$!' ? '' : literal(reference);
  }

  private reference(reference: Reference): Value {
    const definition = this.definitions.get(reference.id);
    if (definition && !this.variables.has(reference.id)) return this.walk(this.nodes(definition), reference.path ?? []);
    return this.walk(this.variables.get(reference.id), reference.path ?? []);
  }

  private walk(from: Value, path: readonly Step[]): Value {
    let value = from;
    for (const step of path) {
      if (value === null || value === undefined) return undefined;
      if (step.type === 'property') value = readProperty(value, step.id);
      else if (step.type === 'index') value = readIndex(value, this.expression(step.id));
      else {
        value = callMethod(value, step.id, this.values(step.args));
      }
    }
    return value;
  }

  private values(expressions: readonly Expression[] | false): Value[] {
    const values: Value[] = [];
    if (expressions !== false) for (const expression of expressions) values.push(this.expression(expression));
    return values;
  }

  private expression(node: Expression): Value {
    switch (node.type) {
      case 'references':
        return this.reference(node);
      case 'string':
        return node.isEval && /[$#]/.test(node.value) ? this.nodes(this.settings.nodesOf(node.value)) : node.value;
      case 'integer':
        return BigInt(node.value);
      case 'decimal':
        return Number(node.value);
      case 'bool':
        return node.value === 'true';
      case 'array':
        return this.list(node.value, node.isRange === true);
      case 'map':
        return new Map(Object.entries(node.value ?? {}).map(([key, value]) => [key, this.expression(value)]));
      case 'math':
        return this.math(node.operator, node.expression);
      default:
        return undefined;
    }
  }

  private list(items: readonly (Expression | string | number)[], range: boolean): Value {
    const values = items.map((item) => (typeof item === 'object' ? this.expression(item) : BigInt(item)));
    if (!range) return values;
    const [from, to] = values;
    if (typeof from !== 'bigint' || typeof to !== 'bigint') return undefined;
    const length = Math.abs(Number(to - from)) + 1;
    return Array.from({ length }, (_, index) => from + (to < from ? -BigInt(index) : BigInt(index)));
  }

  private math(operator: string, operands: readonly Expression[]): Value {
    const left = operands[0];
    const right = operands[1];
    if (operator === 'parenthesis') return this.expression(left);
    if (operator === 'not') return !truth(this.expression(left));
    if (operator === '&&') return truth(this.expression(left)) && truth(this.expression(right));
    if (operator === '||') return truth(this.expression(left)) || truth(this.expression(right));
    const a = this.expression(left);
    const b = this.expression(right);
    if (operator === '==') return equal(a, b);
    if (operator === '!=') return !equal(a, b);
    if (operator in ORDER) return ORDER[operator](a, b);
    if (operator === '+' && (typeof a === 'string' || typeof b === 'string')) {
      return [a ?? literalOf(left), b ?? literalOf(right)].map(javaString).join('');
    }
    return ARITHMETIC[operator](a, b);
  }
}

/** In Velocity 1.7 everything except null and false is true, including the empty string. */
function truth(value: Value): boolean {
  return value !== null && value !== undefined && value !== false;
}

/** `$foreach` in one iteration of a loop. */
function counters(index: number, length: number, parent: Value): Value {
  return new Map<string, Value>([
    ['index', BigInt(index)],
    ['count', BigInt(index + 1)],
    ['hasNext', index + 1 < length],
    ['first', index === 0],
    ['last', index + 1 === length],
    ['parent', parent],
  ]);
}

/** `#if`, `#elseif` or `#else` within a block. */
function isClause(node: Block[number]): node is { readonly type: 'if' | 'elseif' | 'else'; readonly condition?: Expression } {
  return typeof node !== 'string' && !Array.isArray(node) && CLAUSES.has((node as { readonly type: string }).type);
}

const CLAUSES = new Set(['if', 'elseif', 'else']);

/** A block as a list of nodes; the first is its directive. */
function nodesIn(block: Block): readonly Node[] {
  return block as readonly unknown[] as readonly Node[];
}

function isBlock(node: Node): node is Block {
  return Array.isArray(node);
}

function literalOf(node: Expression): Value {
  return node.type === 'references' ? literal(node) : undefined;
}
