/** What the API offers against duplicates, as the settings of the function. */
export type DuplicatesSettings =
  | { readonly mode: 'idempotencyKey'; readonly header: string; readonly retainedForMs: number }
  | { readonly mode: 'lookUp'; readonly path: string; readonly visibleAfterMs: number }
  | {
      readonly mode: 'neither';
      /** Statuses after which the report was not accepted. */
      readonly notAcceptedStatusCodes?: readonly number[];
    };
