import type { Widget } from './body';
import type { Range, Source } from './source';

/** What a widget is drawn from, and the room that it has, in pixels. */
export interface DrawContext {
  readonly source: Source;
  readonly range: Range;
  readonly width: number;
  readonly height: number;
}

/** Draws what is in a widget, as HTML that is XML, too. @throws if it cannot be read, or if the kind of widget is not supported */
export type Draw = (widget: Widget, context: DrawContext) => Promise<string>;
