import type { TenantRecord } from '../../../runtime/tenant-record';
import type { ApiKey, ControlPlane } from './control-plane';
import type { DirectoryStore } from './directory';

export interface ReconcileDependencies {
  readonly directory: DirectoryStore;
  readonly controlPlane: ControlPlane;
  /** Ids of usage plans by the name of their tier. */
  readonly plans: Readonly<Record<string, string>>;
  /** Begins the names of this API's keys: an account has one list of them for all APIs. */
  readonly keyPrefix: string;
  keyValue(tenant: string): Promise<string>;
  /** ISO 8601. */
  time(): string;
}

/**
 * Makes API Gateway what a tenant's record says: one key, on the plan of its tier and on no other, enabled unless it is suspended.
 *
 * Each step looks at what is there and changes only what differs, so that repeating it after a crash at any point ends in the same state. What it
 * must not repair by itself it rejects, after the key of a suspended tenant is disabled.
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
  // Before anything hangs on the key: from here on it is found by its id.
  if (record.apiKeyId !== key.id) await write({ apiKeyId: key.id });
  const enabled = record.state !== 'suspended';
  if (!enabled && key.enabled) await controlPlane.setEnabled(key.id, false);
  if (key.value !== value) throw new Error(`the key ${key.id} is not made of this API's secret: delete it, and repeat the request`);
  const wanted: string | undefined = plans[record.tier];
  if (wanted === undefined) {
    if (!enabled) return current;
    throw new Error(`${record.tier} is no tier any more: move ${record.tenant}`);
  }
  const others = Object.values(plans).filter((plan) => plan !== wanted);
  const on = isNew ? [] : await controlPlane.plansOf(key.id);
  // Off first: a key can't be on two plans of one stage.
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
  const made = await controlPlane.createKey(name, value);
  if (made !== undefined) return { key: made, isNew: true };
  // A run before this one made it and ended before it could write that down.
  const found = await controlPlane.findKey(name, value);
  if (found === undefined) throw new Error(`a key with the value of ${record.tenant} exists under another name than ${name}`);
  return { key: found, isNew: false };
}
