import type { Block, Expression, Node, Reference, Step } from './ast';
import { javaPattern } from './java-text';
import { compilePath } from './json-path';
import { METHODS } from './methods';

const HOST_METHODS: Readonly<Record<string, readonly string[]>> = {
  input: ['json', 'path', 'params'],
  util: ['escapeJavaScript', 'parseJson', 'urlEncode', 'urlDecode', 'base64Encode', 'base64Decode'],
};
const DIRECTIVE = /#\{?(stop|evaluate|parse|include|macro|define|foreach|if|elseif|else|end|set|break|literal)\b|#\[\[/;
const unsupported = (what: string): never => {
  throw new Error(`${what} is not supported in a mapping template`);
};

/**
 * Rejects by name, when a template is loaded, what velocityjs parses differently from Velocity 1.7 or what the evaluator does not
 * support: an unknown variable or method, a macro, an escaped reference, a quote within quotes, a regular expression that has another
 * meaning in Java.
 */
export function checkTemplate(nodes: readonly Node[], nodesOf: (text: string) => readonly Node[], variables: readonly string[]): void {
  const known = new Set([...variables, 'foreach', 'velocityCount']);
  collect(nodes, known);
  new Check(known, nodesOf).nodes(nodes);
}

function collect(nodes: readonly Node[], known: Set<string>): void {
  for (const node of nodes) {
    if (typeof node === 'string') continue;
    if (Array.isArray(node)) {
      const [directive, ...body] = node as Block;
      if (directive.type === 'foreach') known.add(directive.to);
      if (directive.type === 'define') known.add(directive.id);
      collect(body, known);
    } else if (isSet(node as Node)) known.add((node as unknown as { equal: [Reference] }).equal[0].id);
  }
}

function isSet(node: Node): boolean {
  return (node as { type: string }).type === 'set';
}

class Check {
  constructor(
    private readonly known: ReadonlySet<string>,
    private readonly nodesOf: (text: string) => readonly Node[],
  ) {}

  nodes(nodes: readonly Node[]): void {
    nodes.forEach((node, index) => {
      if (isSet(node)) this.hash(nodes.slice(0, index));
      if (typeof node === 'string') {
        const next = nodes[index + 1];
        this.text(node, typeof next === 'string' ? next : next === undefined ? '' : '$');
      } else if (Array.isArray(node)) this.block(node as Block);
      else this.node(node as Exclude<Node, string | Block>);
    });
  }

  /** Velocity drops a `#` before `#set`, velocityjs prints it. */
  private hash(before: readonly Node[]): void {
    let text = '';
    for (const node of before) text = typeof node === 'string' ? text + node : '';
    if (/#[ \t]*$/.test(text)) unsupported('# before #set');
  }

  private text(text: string, next: string): void {
    if (/\\[$#]|\\$/.test(text) && /^[$#]/.test(/\\$/.test(text) ? next : '$')) unsupported('a backslash before $ or #');
    const directive = DIRECTIVE.exec(text + next);
    if (directive) unsupported(directive[0]);
  }

  private block([directive, ...body]: Block): void {
    if (directive.type === 'macro' || directive.type === 'macro_body' || directive.type === 'noescape') unsupported(`#${directive.type}`);
    if ('condition' in directive) this.expression(directive.condition);
    if (directive.type === 'foreach') this.expression(directive.from);
    this.nodes(body);
  }

  private node(node: Exclude<Node, string | Block>): void {
    if (node.type === 'references') this.reference(node);
    else if (node.type === 'set') {
      this.target(node.equal[0]);
      this.expression(node.equal[1]);
    } else if (node.type === 'elseif') {
      if (node.condition) this.expression(node.condition);
    } else if (!['else', 'comment', 'raw', 'break'].includes(node.type)) unsupported(`#${'id' in node && node.id ? node.id : node.type}`);
  }

  private target(target: Reference): void {
    if (target.path?.some((step) => step.type === 'method')) unsupported(`#set of $${target.id}.…()`);
    this.reference(target);
  }

  private reference(reference: Reference): void {
    if (!this.known.has(reference.id)) unsupported(`$${reference.id}`);
    if (reference.args !== undefined) unsupported(`$${reference.id}(…)`);
    (reference.path ?? []).forEach((step, index) => {
      this.step(step, index === 0 ? HOST_METHODS[reference.id] : undefined, reference.id);
    });
  }

  private step(step: Step, hostMethods: readonly string[] | undefined, owner: string): void {
    if (step.type === 'property') {
      if (step.id === 'class') unsupported('.class');
      if (hostMethods && !(owner === 'input' && step.id === 'body')) unsupported(`$${owner}.${step.id}`);
    } else if (step.type === 'index') {
      if (step.id.type === 'integer' || step.id.type === 'string' || step.id.type === 'references') this.expression(step.id);
      else unsupported(`an index of the kind ${step.id.type}`);
    } else {
      const args = step.args === false ? [] : step.args;
      if (!(hostMethods ? hostMethods.includes(step.id) : METHODS.has(step.id)))
        unsupported(hostMethods ? `$${owner}.${step.id}()` : `.${step.id}()`);
      for (const argument of args) this.expression(argument);
      const [first] = args;
      if (first?.type === 'string' && !(first.isEval && first.value.includes('$')) && !hostMethods) {
        if (['replaceAll', 'replaceFirst', 'matches', 'split'].includes(step.id)) javaPattern(first.value);
      }
      if (first?.type === 'string' && owner === 'input' && hostMethods && step.id !== 'params') compilePath(first.value);
    }
  }

  private expression(node: Expression): void {
    if (node.type === 'references') this.reference(node);
    else if (node.type === 'string') this.string(node.value, node.isEval);
    else if (node.type === 'array') {
      for (const item of node.value) if (typeof item === 'object') this.expression(item);
    } else if (node.type === 'map') {
      for (const item of Object.values(node.value ?? {})) this.expression(item);
    } else if (node.type === 'math') {
      if (node.operator === 'minus') unsupported('a minus sign before a reference');
      for (const item of node.expression) this.expression(item);
    } else if (node.type === 'bool' ? node.value === 'null' : node.type !== 'integer' && node.type !== 'decimal') {
      unsupported(node.type === 'bool' ? 'null' : `an expression of the kind ${node.type}`);
    }
  }

  private string(value: string, interpolated: boolean): void {
    if (value.includes(interpolated ? '"' : "'")) unsupported('a quote within a string in the same quotes');
    if (!interpolated) return;
    if (value.includes('\\u')) unsupported('\\u in a string');
    if (/[$#]/.test(value)) this.nodes(this.nodesOf(value));
  }
}
