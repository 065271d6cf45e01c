import { isLeaving } from './candidate';
import { type Count, type Figures, NONE } from './figures';
import type { Model } from './model';

/** What must not happen. */
export type Fault = 'crossings' | 'afterSuspension' | 'afterOffboarding' | 'lost' | 'doubled' | 'unexpected';

/** Counts what a sequence shows. */
export class Findings {
  private readonly counts: { -readonly [name in Count]: number } = { ...NONE };
  readonly lines: string[] = [];

  constructor(
    private readonly seed: number,
    private readonly now: () => number,
  ) {}

  get figures(): Figures {
    return this.counts;
  }

  count(what: Exclude<Count, Fault>, by = 1): void {
    this.counts[what] += by;
  }

  found(fault: Fault, what: string): void {
    this.counts[fault] += 1;
    this.lines.push(`seed ${this.seed}, ${new Date(this.now()).toISOString()}: ${fault}: ${what}`);
  }

  /** Access of a tenant that has none. */
  foundAccess(model: Model, tenant: string, what: string): void {
    this.found(
      model.everywhere(tenant, isLeaving) ? 'afterOffboarding' : 'afterSuspension',
      `${what} of ${tenant}, ${statesOf(model, tenant)}`,
    );
  }

  /** Something that an active tenant was denied, or that differs from the model. */
  foundUnexpected(model: Model, tenant: string, what: string): void {
    this.found('unexpected', `${what} of ${tenant}, ${statesOf(model, tenant)}`);
  }
}

function statesOf({ candidates }: Model, tenant: string): string {
  return `which is ${[...new Set(candidates.map(({ tenants }) => JSON.stringify(tenants[tenant])))].join(' or ')}`;
}
