import type { JsonObject } from '../../sandbox';

/** A widget of a dashboard, at its place in a grid of 24 columns. Documented: "Dashboard body structure and syntax". */
export interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: JsonObject;
}

export const COLUMNS = 24;

export function widgetsOf(body: string): Widget[] {
  const { widgets = [] } = JSON.parse(body) as { readonly widgets?: readonly Widget[] };
  return [...widgets];
}
