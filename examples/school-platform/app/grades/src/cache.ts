export interface CacheOptions<Value> {
  read(school: string): Promise<Value>;
  readonly maxAgeMs: number;
  /** The oldest entry is dropped first. */
  readonly mostEntries: number;
  now(): number;
}

/**
 * Keeps a value for each school in memory. Concurrent requests share one read, and a failed read is not kept.
 */
export function createCache<Value>({ read, maxAgeMs, mostEntries, now }: CacheOptions<Value>): (school: string) => Promise<Value> {
  const entries = new Map<string, { readonly value: Promise<Value>; readonly until: number }>();
  return (school) => {
    const cached = entries.get(school);
    if (cached !== undefined && now() < cached.until) return cached.value;
    const entry = { value: read(school), until: now() + maxAgeMs };
    entries.delete(school);
    entries.set(school, entry);
    entry.value.catch(() => {
      if (entries.get(school) === entry) entries.delete(school);
    });
    for (const oldest of entries.keys()) {
      if (entries.size <= mostEntries) break;
      entries.delete(oldest);
    }
    return entry.value;
  };
}
