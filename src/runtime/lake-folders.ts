/** Folders of a lake's bucket. What is in `rewrites/` belongs to files that are being rewritten. */
export const LAKE_FOLDERS = {
  data: 'data/',
  quarantine: 'quarantine/',
  results: 'results/',
  rewrites: 'rewrites/',
  backfill: 'backfill/',
  erasures: 'erasures/',
} as const;
