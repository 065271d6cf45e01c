/**
 * Folders of a lake's bucket. What is in `rewrites/` belongs to files that are being rewritten: it does not expire, because a manifest says
 * which files of the lake hold the same rows. What is in `backfill/` was exported from the table.
 */
export const LAKE_FOLDERS = {
  data: 'data/',
  quarantine: 'quarantine/',
  results: 'results/',
  rewrites: 'rewrites/',
  backfill: 'backfill/',
  erasures: 'erasures/',
} as const;
