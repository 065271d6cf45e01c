/** A part of a list that is longer than one answer should be. */
export interface Page<Value> {
  readonly items: readonly Value[];
  /** Where the next page begins; undefined on the last one. */
  readonly next?: string;
}

export interface PageRequest {
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string;
}
