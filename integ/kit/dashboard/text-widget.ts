import { HtmlRenderer, Parser } from 'commonmark';
import type { Draw } from './draw';

/** Markdown. HTML in it is left out. */
export const textWidget: Draw = async ({ properties }) =>
  `<div class="text">${new HtmlRenderer({ safe: true }).render(new Parser().parse(String(properties.markdown ?? '')))}</div>`;
