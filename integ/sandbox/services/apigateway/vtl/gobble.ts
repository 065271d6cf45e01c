import type { Block, Node } from './ast';

const NEWLINE = /^[ \t]*\r?\n/;

/**
 * Removes the white space that Velocity 1.7 removes: the line end after `#set`, `#end` and the head of a block, and blanks before a
 * `#set` if nothing else is between it and the previous node. velocityjs has an option for line ends, but it also removes the one
 * after a multiline comment, which Velocity keeps.
 */
export function gobble(nodes: readonly Node[]): Node[] {
  const result: Node[] = [];
  let swallows = false;
  nodes.forEach((node, index) => {
    if (typeof node === 'string') {
      const rest = swallows ? node.replace(NEWLINE, '') : node;
      const stands = isSet(nodes[index + 1]) && typeof nodes[index - 1] !== 'string';
      const text = stands && /^[ \t]*$/.test(rest) ? '' : rest;
      if (text !== '') result.push(text);
      swallows = false;
    } else if (Array.isArray(node)) {
      result.push(body(node as Block));
      swallows = true;
    } else {
      result.push(node);
      const type = (node as { type: string }).type;
      swallows = type === 'set' || type === 'if' || type === 'elseif' || type === 'else' || isLineComment(node);
    }
  });
  return result;
}

function body([directive, ...rest]: Block): Block {
  const [, ...inner] = gobble([{ type: 'if' } as Node, ...rest]);
  return [directive, ...inner];
}

function isSet(node: Node | undefined): boolean {
  return typeof node === 'object' && !Array.isArray(node) && (node as { type: string }).type === 'set';
}

function isLineComment(node: Node): boolean {
  return typeof node === 'object' && !Array.isArray(node) && (node as { type: string; value?: string }).type === 'comment'
    ? String((node as { value: string }).value).startsWith('##')
    : false;
}
