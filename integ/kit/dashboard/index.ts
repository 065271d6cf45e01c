import { alarmWidget } from './alarm-widget';
import { type Widget, widgetsOf } from './body';
import { chartWidget } from './chart-widget';
import { customWidget } from './custom-widget';
import type { Draw, DrawContext } from './draw';
import { escaped } from './html';
import { logWidget } from './log-widget';
import { metricWidget } from './metric-widget';
import { elementOf, htmlPage, roomIn, svgPicture } from './page';
import type { Source } from './source';
import { textWidget } from './text-widget';

export { type Source, sourceOf } from './source';

/** A dashboard as a page, and as a picture of the same. */
export interface DrawnDashboard {
  readonly name: string;
  readonly html: string;
  readonly svg: string;
}

export interface DrawOptions {
  /** Pixels. @default 1400 */
  readonly width?: number;
  /** How far back, in milliseconds. @default - three hours, as the console */
  readonly sinceMs?: number;
}

const KINDS: Readonly<Record<string, Draw>> = {
  metric: metricWidget,
  chart: chartWidget,
  alarm: alarmWidget,
  text: textWidget,
  log: logWidget,
  custom: customWidget,
};

/** Draws all dashboards of CloudWatch, from their definitions and the data that their widgets ask for. */
export async function drawDashboards(
  source: Source,
  { width = 1_400, sinceMs = 3 * 3_600_000 }: DrawOptions = {},
): Promise<DrawnDashboard[]> {
  const { DashboardEntries } = await source.cloudWatch('ListDashboards', {});
  const names = (DashboardEntries as unknown as { DashboardName: string }[]).map(({ DashboardName }) => DashboardName);
  const to = source.now();
  const range = { from: to - sinceMs, to };
  return Promise.all(
    names.map(async (name) => {
      const { DashboardBody } = await source.cloudWatch('GetDashboard', { DashboardName: name });
      const widgets = widgetsOf(String(DashboardBody));
      const drawn = await Promise.all(
        widgets.map(async (widget) => ({ widget, html: await draw(widget, { source, range, ...roomIn(widget, width) }) })),
      );
      const { html, height } = elementOf(name, subtitleOf(range.from, to), drawn, width);
      return { name, html: htmlPage(name, html), svg: svgPicture(html, width, height) };
    }),
  );
}

/** One widget that cannot be drawn does not hide the others. */
async function draw(widget: Widget, context: DrawContext): Promise<string> {
  try {
    const kind = Object.hasOwn(KINDS, widget.type) ? KINDS[widget.type] : undefined;
    if (kind === undefined) throw new Error(`widgets of the type ${widget.type} are not supported`);
    return await kind(widget, context);
  } catch (error) {
    return `<p class="error">${escaped((error as Error).message)}</p>`;
  }
}

function subtitleOf(from: number, to: number): string {
  const text = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return `${text(from)} – ${text(to)} UTC`;
}
