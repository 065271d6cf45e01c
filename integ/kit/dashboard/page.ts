import { COLUMNS, type Widget } from './body';
import { escaped } from './html';

/** Pixels of a row of the grid, and around a widget. */
export const ROW = 46;
export const GAP = 4;
const TITLE = 24;
/** Pixels of the padding and the border of a widget, on both sides. */
const AROUND = { width: 18, height: 14 };

/** A widget with what was drawn in it. */
export interface Drawn {
  readonly widget: Widget;
  readonly html: string;
}

/** The room that is left in a widget, in pixels. */
export function roomIn({ width, height, properties }: Widget, pageWidth: number): { width: number; height: number } {
  return {
    width: Math.floor((width * pageWidth) / COLUMNS) - 2 * GAP - AROUND.width,
    height: height * ROW - 2 * GAP - AROUND.height - (properties.title === undefined ? 0 : TITLE),
  };
}

const STYLE = `
.dashboard { position: relative; background: #f2f3f3; color: #16191f; font: 12px Helvetica, Arial, sans-serif; }
.dashboard section { position: absolute; overflow: hidden; background: white; border: 1px solid #d5dbdb; border-radius: 4px; padding: 6px 8px; }
.dashboard section.plain { background: none; border: none; padding: 0 8px; }
.dashboard h1 { margin: 0; padding: 8px 12px; height: 20px; font-size: 16px; }
.dashboard h1 small { font-weight: normal; color: #687078; margin-left: 12px; font-size: 12px; }
.dashboard h2 { margin: 0 0 4px; font-size: 13px; line-height: 20px; white-space: nowrap; }
.dashboard .text h3 { margin: 2px 0; font-size: 15px; line-height: 20px; white-space: nowrap; }
.dashboard .text h3 a { font-size: 12px; font-weight: normal; }
.dashboard .text p { margin: 4px 0; }
.dashboard a { color: #0073bb; }
.dashboard .none { color: #687078; text-align: center; margin: 30px 0 0; }
.dashboard .error { color: #b0084d; }
.dashboard .value b { font-size: 22px; }
.dashboard table { border-collapse: collapse; width: 100%; }
.dashboard td, .dashboard th { text-align: left; padding: 2px 8px 2px 0; border-bottom: 1px solid #eaeded; }
.dashboard ul.alarms { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; }
.dashboard ul.alarms li { width: calc(100% / 6 - 27px); min-width: 159px; margin: 0 6px 6px 0; padding: 5px 8px; border-radius: 3px; overflow-wrap: anywhere; border-left: 5px solid #aab7b8; }
.dashboard ul.alarms li.OK { border-color: #1d8102; background: #f2f8f0; }
.dashboard ul.alarms li.ALARM { border-color: #d13212; background: #d13212; color: white; font-weight: bold; }
.dashboard ul.alarms li.INSUFFICIENT_DATA { border-color: #aab7b8; background: #f2f3f3; color: #545b64; }
`;

const HEADER = 36;

/** The dashboard as one element. */
export function elementOf(title: string, subtitle: string, drawn: readonly Drawn[], width: number): { html: string; height: number } {
  const column = width / COLUMNS;
  const sections = drawn.map(({ widget, html }) => {
    const { x, y, width: columns, height: rows, type, properties } = widget;
    const place = [
      `left: ${Math.round(x * column) + GAP}px`,
      `top: ${HEADER + y * ROW + GAP}px`,
      `width: ${Math.round(columns * column) - 2 * GAP - AROUND.width}px`,
      `height: ${rows * ROW - 2 * GAP - AROUND.height}px`,
    ].join('; ');
    const heading = properties.title === undefined ? '' : `<h2>${escaped(String(properties.title))}</h2>`;
    return `<section style="${place}"${type === 'text' ? ' class="plain"' : ''}>${heading}${html}</section>`;
  });
  const height = HEADER + ROW * Math.max(0, ...drawn.map(({ widget: { y, height: rows } }) => y + rows)) + GAP;
  const html = [
    `<div xmlns="http://www.w3.org/1999/xhtml" class="dashboard" style="width: ${width}px; height: ${height}px">`,
    `<style>${STYLE}</style>`,
    `<h1>${escaped(title)}<small>${escaped(subtitle)}</small></h1>`,
    ...sections,
    '</div>',
  ].join('\n');
  return { html, height };
}

export const htmlPage = (title: string, element: string): string =>
  `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head><body style="margin: 0">\n${element}\n</body></html>\n`;

/** A picture for pages that cannot contain HTML. */
export const svgPicture = (element: string, width: number, height: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><foreignObject width="${width}" height="${height}">\n${element}\n</foreignObject></svg>\n`;
