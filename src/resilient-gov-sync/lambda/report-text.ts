/**
 * The number of rows, if the report has a list of that name.
 *
 * @throws if the text is not JSON
 */
export function rowsOf(text: string, report: string): number | undefined {
  try {
    const { rows } = JSON.parse(text) as { readonly rows?: unknown };
    return Array.isArray(rows) ? rows.length : undefined;
  } catch {
    throw new Error(`${report} is not JSON`);
  }
}
