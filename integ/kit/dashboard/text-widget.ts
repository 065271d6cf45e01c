import type { Draw } from './draw';

/** What is used of the package, which has no types. */
interface CommonMark {
  readonly Parser: new () => { parse(text: string): object };
  readonly HtmlRenderer: new (options: { safe: boolean }) => { render(node: object): string };
}

/** Markdown. HTML in it is left out. */
export const textWidget: Draw = async ({ properties }) => {
  const { Parser, HtmlRenderer } = require('commonmark') as CommonMark;
  return `<div class="text">${new HtmlRenderer({ safe: true }).render(new Parser().parse(String(properties.markdown ?? '')))}</div>`;
};
