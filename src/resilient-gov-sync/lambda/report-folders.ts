/** Folders of the bucket of reports. */
export const REPORT_FOLDERS = { source: 'source/', payloads: 'payloads/', lists: 'lists/', results: 'results/' } as const;

/** The folder in which the source writes the reports of a period. */
export const sourcePrefix = (period: string) => `${REPORT_FOLDERS.source}${period}/`;
