import type { TenantRecord } from '../../../runtime/tenant-record';
import { type ApiKey, type ControlPlane, TooManyKeys } from './control-plane';
import { Conflict, changed, type DirectoryStore } from './directory';
import { allowSessions, endSessions, type TenantRoles } from './ended-sessions';

export interface ReconcileDependencies {
  readonly directory: DirectoryStore;
  readonly controlPlane: ControlPlane;
  /** The roles whose open sessions end when a tenant is suspended or offboarded. */
  readonly tenantRoles: TenantRoles;
  /** Ids of usage plans by the name of their tier. */
  readonly plans: Readonly<Record<string, string>>;
  /** Prefix of the names of this API's keys, because all APIs of an account share one list of keys. */
  readonly keyPrefix: string;
  keyValue(tenant: string): Promise<string>;
  /** ISO 8601. */
  time(): string;
}

/** How often a request follows changes of other requests before it gives up. */
const MAX_ROUNDS = 5;

/** A tenant's record after all else has been brought in line with it. */
export interface Reconciled {
  readonly record: TenantRecord;
  /** What the operator should know. */
  readonly note?: string;
}

/**
 * Brings API Gateway and the tenant roles into the state that a tenant's record describes, and returns the record that it had at the end.
 *
 * - onboarding: a key that is disabled, on the usage plan of the tenant's tier only. The record then becomes active.
 * - active: the same key, enabled; sessions are allowed.
 * - suspended, offboarding: no key; open sessions are denied.
 * - departed: no key. No session has been opened for longer than any session lasts.
 *
 * Each step reads the current state and changes only what differs, so that it can be repeated after a crash at any point. API Gateway has
 * no conditional writes, so two rules keep requests at the same time from undoing each other:
 *
 * - A key is deleted, not disabled, and a later key has another id. A request that was overtaken by a suspension can therefore enable only
 *   a key that no longer exists.
 * - At the end, the record is read again, and what another request has changed meanwhile is followed.
 *
 * A state that needs a person's decision is an error, which is thrown after the access of a tenant without access has ended.
 */
export async function reconcile(record: TenantRecord, dependencies: ReconcileDependencies): Promise<Reconciled> {
  let current = record;
  for (let round = 1; ; round++) {
    const done = await once(current, dependencies).catch((error: unknown) => {
      if (!(error instanceof Conflict) || round === MAX_ROUNDS) throw error;
      return undefined;
    });
    const now = await dependencies.directory.tenant(record.tenant);
    if (now === undefined) throw new Conflict(`the record of ${record.tenant} was deleted: repeat the request`);
    if (done?.record.version === now.version) return done;
    if (round === MAX_ROUNDS) throw new Conflict(`other requests keep changing the record of ${record.tenant}: repeat the request`);
    current = now;
  }
}

async function once(record: TenantRecord, dependencies: ReconcileDependencies): Promise<Reconciled> {
  if (record.state === 'onboarding' || record.state === 'active') return { record: await withKey(record, dependencies) };
  // Sessions are ended even if the key needs a person's decision.
  const without = await withoutKey(record, dependencies).catch((failure: unknown) => ({ failure }));
  const done = 'failure' in without ? record : without;
  const note = done.state === 'departed' ? undefined : await endSessions(done, dependencies);
  if ('failure' in without) throw without.failure;
  return { record: done, note };
}

async function withKey(record: TenantRecord, dependencies: ReconcileDependencies): Promise<TenantRecord> {
  const { controlPlane, plans } = dependencies;
  const value = await dependencies.keyValue(record.tenant);
  const { key, isNew } = await keyOf(record, value, dependencies);
  let current = record;
  // Before anything else uses the key: from here on it is found by its id, and a suspension deletes it.
  if (record.apiKeyId !== key.id) current = await write(current, { apiKeyId: key.id }, dependencies);
  if (key.value !== value) throw foreignKey(key);
  const wanted: string | undefined = plans[record.tier ?? ''];
  if (wanted === undefined) throw new Error(`the tier ${record.tier} no longer exists: move ${record.tenant} to another tier`);
  const others = Object.values(plans).filter((plan) => plan !== wanted);
  const on = isNew ? [] : await controlPlane.plansOf(key.id);
  // Removed first, because a key can be on only one usage plan of a stage.
  for (const plan of others.filter((other) => on.includes(other))) await controlPlane.removeFromPlan(plan, key.id);
  if (!on.includes(wanted)) await controlPlane.addToPlan(wanted, key.id);
  if (record.state === 'onboarding') current = await write(current, { state: 'active' }, dependencies);
  await allowSessions(current, dependencies);
  // Last, and only with a record that is active and names this key.
  if (!key.enabled) await controlPlane.setEnabled(key.id, true);
  return current;
}

async function withoutKey(record: TenantRecord, dependencies: ReconcileDependencies): Promise<TenantRecord> {
  const { controlPlane } = dependencies;
  const value = await dependencies.keyValue(record.tenant);
  const recorded = record.apiKeyId === undefined ? undefined : await controlPlane.getKey(record.apiKeyId);
  if (recorded !== undefined && recorded.value !== value) {
    // It may be the key of another API, so it is not deleted.
    if (recorded.enabled) await controlPlane.setEnabled(recorded.id, false);
    throw foreignKey(recorded);
  }
  // A key whose id was not recorded may live on, too.
  const key = recorded ?? (await controlPlane.findKey(keyName(record, dependencies), value));
  if (key !== undefined) await controlPlane.deleteKey(key.id);
  return record.apiKeyId === undefined ? record : write(record, { apiKeyId: undefined }, dependencies);
}

async function write(record: TenantRecord, changes: Partial<TenantRecord>, { directory, time }: ReconcileDependencies) {
  const next = changed(record, changes, time());
  await directory.putTenant(next, record);
  return next;
}

async function keyOf(record: TenantRecord, value: string, dependencies: ReconcileDependencies): Promise<{ key: ApiKey; isNew: boolean }> {
  const { controlPlane } = dependencies;
  const known = record.apiKeyId === undefined ? undefined : await controlPlane.getKey(record.apiKeyId);
  if (known !== undefined) return { key: known, isNew: false };
  const name = keyName(record, dependencies);
  const created = await controlPlane.createKey(name, value).catch((error: unknown) => {
    if (!(error instanceof TooManyKeys)) throw error;
    throw new TooManyKeys(
      `API Gateway creates no more keys in this account and Region (${error.message}): suspend or offboard a tenant that needs no access, or onboard ${record.tenant} in another account`,
    );
  });
  if (created !== undefined) return { key: created, isNew: true };
  // An earlier run created the key, but ended before it could record the id.
  const found = await controlPlane.findKey(name, value);
  if (found === undefined) throw new Error(`a key with the value of ${record.tenant} exists under another name than ${name}`);
  return { key: found, isNew: false };
}

function keyName({ tenant }: TenantRecord, { keyPrefix }: ReconcileDependencies): string {
  return `${keyPrefix}${tenant}`;
}

function foreignKey({ id }: ApiKey): Error {
  return new Error(`the value of the key ${id} is not derived from this API's secret: delete the key and repeat the request`);
}
