/** Where the audit of a period is. */
export function periodPrefix(period: string): string {
  return `audit/${encodeURIComponent(period)}/`;
}

export function entryKey(period: string, tenant: string, number: number): string {
  return `${periodPrefix(period)}${folderOf(tenant)}/${digits(number)}.json`;
}

/** Closing records are not in a folder, so that no tenant can have their place. */
export function closingKey(period: string, number: number): string {
  return `${periodPrefix(period)}closing-${digits(number)}.json`;
}

/** Where an object of a period belongs, by its key; undefined for a key that the sync never writes. */
export function placeOf(period: string, key: string): { readonly tenant?: string; readonly number: number } | undefined {
  const prefix = periodPrefix(period);
  if (!key.startsWith(prefix)) return undefined;
  const closing = /^closing-(\d{6,9})\.json$/.exec(key.slice(prefix.length));
  if (closing !== null) return { number: Number(closing[1]) };
  const [, folder, number] = /^([^/]+)\/(\d{6,9})\.json$/.exec(key.slice(prefix.length)) ?? [];
  const tenant = folder === undefined ? undefined : decoded(folder);
  if (tenant === undefined || entryKey(period, tenant, Number(number)) !== key) return undefined;
  return { tenant, number: Number(number) };
}

/** A folder that every program can copy to a disk: `.` and `..` would be other folders. */
function folderOf(tenant: string): string {
  return encodeURIComponent(tenant).replace(/^\.+$/, (dots) => dots.replaceAll('.', '%2E'));
}

function decoded(folder: string): string | undefined {
  try {
    return decodeURIComponent(folder);
  } catch {
    return undefined;
  }
}

function digits(number: number): string {
  return String(number).padStart(6, '0');
}
