import type { CostedResource } from './charges';
import { costOf, type Price } from './price';
import { PRICES, type PriceName } from './prices';
import { CHARGED, FREE, isCustom } from './resource-types';
import { type Usage, usedBy } from './usage';

/** One charge of one resource in a month. */
export interface Line {
  readonly path: string;
  readonly type: string;
  readonly name: PriceName;
  readonly price: Price;
  readonly quantity: number;
  /** In USD; undefined if the price is not known. */
  readonly cost?: number;
}

export interface Estimate {
  readonly usage: Usage;
  readonly lines: readonly Line[];
  /** The sum of what is known, in USD. */
  readonly sum: number;
}

/**
 * What the resources of a stack cost in a month: quantity × price of each.
 *
 * @throws for a resource type that is not known, and for usage that is missing, not known, or of no resource. All of them are named.
 */
export function estimate(resources: readonly CostedResource[], usage: Usage): Estimate {
  const all = new Map(resources.map((resource) => [resource.logicalId, resource]));
  const problems: string[] = [];
  const used = new Set<string>();
  const prices = pricesOf(usage, problems);
  const lines = resources.flatMap((resource) => {
    const charges = CHARGED[resource.type];
    if (charges === undefined) {
      if (!FREE.has(resource.type) && !isCustom(resource.type))
        problems.push(`${resource.path}: unknown type ${resource.type}: expected one of integ/reports/costs/resource-types.ts`);
      return [];
    }
    const { key, measures } = usedBy(resource, usage);
    if (key !== undefined) used.add(key);
    // What a resource does not have, such as tracing that is off, needs no usage: only measures that are counted are asked for.
    const asked = new Set<string>();
    const quantities = charges.quantities(resource, asking(measures, asked), all);
    for (const name of asked) {
      if (measures[name] === undefined)
        problems.push(`${resource.path}: usage of ${usage.size}: ${name} is missing: expected ${charges.measures[name]} in a month`);
    }
    for (const name of Object.keys(measures)) {
      if (charges.measures[name] === undefined)
        problems.push(
          `${resource.path}: usage of ${usage.size}: unknown ${name}: expected ${Object.keys(charges.measures).join(', ') || 'nothing'}`,
        );
    }
    return quantities.map(([name, quantity]) => line(resource, name, prices[name], quantity));
  });
  for (const key of Object.keys(usage.resources)) {
    if (!used.has(key)) problems.push(`usage of ${usage.size}: ${key} is no resource that is charged`);
  }
  if (problems.length > 0) throw new Error([...new Set(problems)].join('\n'));
  return { usage, lines, sum: lines.reduce((sum, { cost = 0 }) => sum + cost, 0) };
}

function line({ path, type }: CostedResource, name: PriceName, price: Price, quantity: number): Line {
  const cost = costOf(price, quantity);
  return { path, type, name, price, quantity, ...(cost === undefined ? {} : { cost }) };
}

/** The measures of a resource, which notes those that are read. */
function asking(measures: Readonly<Record<string, number>>, asked: Set<string>): Readonly<Record<string, number>> {
  return new Proxy(measures, {
    get(target, name: string) {
      asked.add(name);
      return target[name] ?? Number.NaN;
    },
  });
}

/** The price table, with the prices of the usage file. */
function pricesOf({ size, prices = {} }: Usage, problems: string[]): Readonly<Record<PriceName, Price>> {
  const own = Object.entries(prices).flatMap(([name, { usd, source }]) => {
    const known = (PRICES as Readonly<Record<string, Price>>)[name];
    if (known === undefined || typeof usd !== 'number' || !source) {
      problems.push(
        `usage of ${size}: invalid price ${name}: expected {"usd":0.015,"source":"…"} for one of ${Object.keys(PRICES).join(', ')}`,
      );
      return [];
    }
    return [[name, { ...known, usd, source }] as const];
  });
  return { ...PRICES, ...Object.fromEntries(own) };
}
