/** Folders of the bucket of reports. */
export const REPORT_FOLDERS = { source: 'source/', payloads: 'payloads/', lists: 'lists/', results: 'results/' } as const;

/** The folder in which the source writes the reports of a period. */
export const sourcePrefix = (period: string) => `${REPORT_FOLDERS.source}${period}/`;

/** Metadata of a file whose report the source could not make: the reason, in ASCII. The report becomes a dead letter. */
export const NOT_MADE = 'not-made';
