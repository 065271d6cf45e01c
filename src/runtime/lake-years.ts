/** How many years the tables of a lake have. */
const YEARS = 25;

/** The year of the folders from which on queries look for files, if the lake does not say so. */
export const FIRST_YEAR = 2026;

/** The last year that queries look for. */
export function lastYear(firstYear: number): number {
  return firstYear + YEARS - 1;
}
