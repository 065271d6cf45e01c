import { DRAWN } from './drawn';
import type { Graph, Node } from './graph';

/** Draws a graph, from left to right, with a frame around each construct of the app. */
export async function svgOf(title: string, { nodes, edges }: Graph): Promise<string> {
  const groups = [...new Set(nodes.map(({ group }) => group))];
  const dot = [
    'digraph {',
    `  graph [rankdir=LR, label=${text(title)}, labelloc=t, fontsize=18, fontname="Helvetica", nodesep=0.18, ranksep=0.7, pad=0.3, bgcolor="white"]`,
    '  node [shape=plain, fontname="Helvetica"]',
    '  edge [color="#545b64", arrowsize=0.7]',
    ...groups.flatMap((group, number) => {
      const own = nodes.filter((node) => node.group === group);
      if (own.length === 1) return [nodeText({ ...own[0], name: [group, own[0].name].filter((part) => part !== '').join(' ') })];
      return [
        `  subgraph cluster_${number} {`,
        `    graph [label=${text(group)}, labeljust=l, fontsize=13, style="rounded,filled", color="#d5dbdb", fillcolor="#f7f9fa", margin=10]`,
        ...own.map(nodeText),
        '  }',
      ];
    }),
    ...edges.map(({ from, to, onFailure }) => `  ${text(from)} -> ${text(to)}${onFailure ? ' [style=dashed]' : ''}`),
    '}',
  ].join('\n');
  // Its types are those of an ES module.
  const { instance } = await import('@viz-js/viz');
  const viz = await instance();
  return `${viz.renderString(dot, { format: 'svg' }).trimEnd()}\n`;
}

function nodeText({ id, type, name, group }: Node): string {
  const { service, colour } = DRAWN[type];
  const label =
    `<<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="4" COLOR="${colour}" BGCOLOR="white">` +
    `<TR><TD BGCOLOR="${colour}"><FONT COLOR="white" POINT-SIZE="10">${escaped(service)}</FONT></TD></TR>` +
    `<TR><TD><FONT POINT-SIZE="11">${escaped(name || group)}</FONT></TD></TR></TABLE>>`;
  return `    ${text(id)} [label=${label}, tooltip=${text(type)}]`;
}

const text = (value: string): string => JSON.stringify(value);
const escaped = (value: string): string => value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
