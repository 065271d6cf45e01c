import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { partitionOf } from '../../systems/tenants/names';
import type { RunningTenants } from '../../systems/tenants/start';
import { isLeaving, type Tenant } from './candidate';
import type { Findings } from './findings';
import type { Model } from './model';

/** A message that the API accepted, or that a service wrote in a session. */
interface Message {
  readonly id: string;
  readonly tenant: string;
  /** The customer of the tenant, counted. */
  readonly incarnation: number;
  /** Whether a user sent it to the API, with its id as the idempotency key. */
  readonly isSent: boolean;
}

/** The messages of a sequence: where each of them may be, and where it must not. */
export class Messages {
  private readonly accepted = new Map<string, Message>();
  /** What was stored when a tenant had left. */
  private readonly storedAtDeparture = new Map<string, ReadonlySet<string>>();
  private last = 0;

  constructor(
    private readonly platform: RunningTenants,
    private readonly model: Model,
    private readonly findings: Findings,
    private readonly prefix: string,
  ) {}

  next(): string {
    this.last += 1;
    return `${this.prefix}-${this.last}`;
  }

  accept(id: string, tenant: string, isSent: boolean): void {
    if (this.accepted.has(id)) return;
    this.accepted.set(id, { id, tenant, incarnation: incarnationOf(this.model, tenant), isSent });
    this.findings.count('messages');
  }

  /** The last message that a user of a tenant sent. */
  lastOf(tenant: string): string | undefined {
    return [...this.accepted.values()].filter((message) => message.tenant === tenant && message.isSent).at(-1)?.id;
  }

  /** A user of a tenant was shown these messages. */
  shown(ids: readonly string[], tenant: string): void {
    const incarnation = incarnationOf(this.model, tenant);
    for (const id of ids) {
      const message = this.accepted.get(id);
      if (message === undefined || (message.tenant === tenant && message.incarnation === incarnation)) continue;
      this.findings.found('crossings', `customer ${incarnation} of ${tenant} reads ${JSON.stringify(message)}`);
    }
  }

  /** Remembers what is stored of tenants that have just left. */
  async noteDepartures(tenants: readonly string[]): Promise<void> {
    const gone = ({ state }: Tenant) => state === 'departed';
    for (const tenant of tenants.filter((one) => !this.storedAtDeparture.has(one) && this.model.everywhere(one, gone))) {
      this.storedAtDeparture.set(tenant, new Set(await this.storedOf(tenant)));
    }
  }

  /** Compares what is stored with what was accepted. */
  async check(tenants: readonly string[]): Promise<void> {
    const stored = new Map<string, string[]>();
    for (const tenant of tenants) {
      for (const id of await this.storedOf(tenant)) {
        stored.set(id, [...(stored.get(id) ?? []), tenant]);
        if (this.storedAtDeparture.get(tenant)?.has(id) === false && this.accepted.get(id)?.incarnation === 0)
          this.findings.found('afterOffboarding', `${id} was stored after ${tenant} had left`);
      }
    }
    for (const { id, tenant } of this.accepted.values()) {
      const places = stored.get(id) ?? [];
      for (const place of places.filter((one) => one !== tenant))
        this.findings.found('crossings', `${id} of ${tenant} is stored for ${place}`);
      if (places.length > 1) this.findings.found('doubled', `${id} is stored ${places.length} times`);
      if (places.length === 0 && !this.model.candidates.some(({ tenants: all }) => isLeaving(all[tenant])))
        this.findings.found('lost', `${id} of ${tenant} is not stored`);
    }
  }

  private async storedOf(tenant: string): Promise<string[]> {
    const { dynamodb, dataTable } = this.platform;
    const { Items = [] } = await dynamodb.send(
      new QueryCommand({
        TableName: dataTable,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: partitionOf(tenant) } },
      }),
    );
    return Items.map(({ body }) => body?.M?.message?.S ?? '');
  }
}

/** The customer that a tenant's id belongs to now, counted. */
export function incarnationOf({ candidates }: Model, tenant: string): number {
  return Math.max(...candidates.map(({ tenants }) => tenants[tenant]?.incarnation ?? 0));
}
