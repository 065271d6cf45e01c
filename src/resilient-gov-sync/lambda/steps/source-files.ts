import { PermanentError } from '../../permanent-error';
import { sourcePrefix } from '../../report-folders';
import type { SourceFile } from '../report-store';

/** The file of a tenant. */
export interface TenantFile extends SourceFile {
  readonly tenant: string;
  /** Why it cannot be sent, if its name says so. */
  readonly problem?: string;
}

const SUFFIX = '.json';

/**
 * The files of a period, each with its tenant. Nothing is left out: files that are missing, or are there from before, make another number than
 * the source says, and two files of one tenant are an error, because nobody can know which one is right.
 *
 * @param expected how many reports the source says that it wrote
 * @throws if the list would not be complete
 */
export function tenantFiles(period: string, found: readonly SourceFile[], expected: number | null): readonly TenantFile[] {
  const folder = sourcePrefix(period);
  const files = found.filter(({ key }) => key.endsWith(SUFFIX));
  if (files.length === 0 || files.length !== expected) {
    const others = found.length - files.length;
    const more = others === 0 ? '' : `, and ${others} whose names do not end in ${SUFFIX}`;
    throw new PermanentError(
      `${period}: the source says that it wrote ${expected} reports, and ${folder} has ${files.length}${more}: expected the same number, and at least one. Files of an earlier call that are not of this period's tenants have to be deleted.`,
    );
  }
  const byTenant = new Map<string, TenantFile>();
  for (const file of files) {
    const named = withTenant(file, folder);
    const other = byTenant.get(named.tenant);
    if (other !== undefined) {
      throw new PermanentError(
        `${period}: ${other.key} and ${file.key} are of the same tenant: expected one file for each, named with encodeURIComponent(tenant)`,
      );
    }
    byTenant.set(named.tenant, named);
  }
  return [...byTenant.values()];
}

function withTenant(file: SourceFile, folder: string): TenantFile {
  const name = file.key.slice(folder.length, -SUFFIX.length);
  if (name === '') throw new PermanentError(`${file.key} has no tenant in its name: expected encodeURIComponent(tenant)`);
  try {
    return { ...file, tenant: decodeURIComponent(name) };
  } catch {
    // The name as it is: a person can correct the report under it.
    return { ...file, tenant: name, problem: `the name of its file, ${file.key}, is not encodeURIComponent of a tenant` };
  }
}
