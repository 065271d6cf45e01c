import type { TenantRecord } from '../../../runtime/tenant-record';
import type { ApiKey, ControlPlane } from './control-plane';
import type { DirectoryStore } from './directory';

export interface ReconcileDependencies {
  readonly directory: DirectoryStore;
  readonly controlPlane: ControlPlane;
  /** Ids of usage plans by the name of their tier. */
  readonly plans: Readonly<Record<string, string>>;
  /** Prefix of the names of this API's keys, because all APIs of an account share one list of keys. */
  readonly keyPrefix: string;
  keyValue(tenant: string): Promise<string>;
  /** ISO 8601. */
  time(): string;
}

/**
 * Brings API Gateway into the state that a tenant's record describes: one key, on the usage plan of the tenant's tier only, enabled unless
 * the tenant is suspended.
 *
 * Each step reads the current state and changes only what differs, so that it can be repeated after a crash at any point. A state that
 * needs a person's decision is an error, which is thrown after the key of a suspended tenant is disabled.
 */
export async function reconcile(record: TenantRecord, dependencies: ReconcileDependencies): Promise<TenantRecord> {
  const { directory, controlPlane, plans, time } = dependencies;
  const value = await dependencies.keyValue(record.tenant);
  const { key, isNew } = await keyOf(record, value, dependencies);
  let current = record;
  const write = async (changes: Partial<TenantRecord>) => {
    const next = { ...current, ...changes, updatedAt: time() };
    await directory.putTenant(next, current);
    current = next;
  };
  // Before anything else uses the key: from here on it is found by its id.
  if (record.apiKeyId !== key.id) await write({ apiKeyId: key.id });
  const enabled = record.state !== 'suspended';
  if (!enabled && key.enabled) await controlPlane.setEnabled(key.id, false);
  if (key.value !== value)
    throw new Error(`the value of the key ${key.id} is not derived from this API's secret: delete the key and repeat the request`);
  const wanted: string | undefined = plans[record.tier];
  if (wanted === undefined) {
    if (!enabled) return current;
    throw new Error(`the tier ${record.tier} no longer exists: move ${record.tenant} to another tier`);
  }
  const others = Object.values(plans).filter((plan) => plan !== wanted);
  const on = isNew ? [] : await controlPlane.plansOf(key.id);
  // Removed first, because a key can be on only one usage plan of a stage.
  for (const plan of others.filter((other) => on.includes(other))) await controlPlane.removeFromPlan(plan, key.id);
  if (!on.includes(wanted)) await controlPlane.addToPlan(wanted, key.id);
  if (enabled && !key.enabled) await controlPlane.setEnabled(key.id, true);
  if (record.state === 'onboarding') await write({ state: 'active' });
  return current;
}

async function keyOf(record: TenantRecord, value: string, dependencies: ReconcileDependencies): Promise<{ key: ApiKey; isNew: boolean }> {
  const { controlPlane, keyPrefix } = dependencies;
  const known = record.apiKeyId === undefined ? undefined : await controlPlane.getKey(record.apiKeyId);
  if (known !== undefined) return { key: known, isNew: false };
  const name = `${keyPrefix}${record.tenant}`;
  const created = await controlPlane.createKey(name, value);
  if (created !== undefined) return { key: created, isNew: true };
  // An earlier run created the key, but ended before it could record the id.
  const found = await controlPlane.findKey(name, value);
  if (found === undefined) throw new Error(`a key with the value of ${record.tenant} exists under another name than ${name}`);
  return { key: found, isNew: false };
}
