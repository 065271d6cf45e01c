import type { TemplateResource } from '../assembly/stacks';
import type { PriceName } from './prices';

/** A resource with its path, by which a usage file names it. */
export type CostedResource = Required<TemplateResource>;

export type Quantity = readonly [price: PriceName, quantity: number];

/** How AWS charges for a type of resource. */
export interface Charges {
  /** What a usage file must say about each resource of the type, in a month: the name, and what it is. */
  readonly measures: Readonly<Record<string, string>>;
  /** What is charged for one resource. `all`: the resources of the template by their logical ids, for a charge that depends on another one. */
  quantities(resource: CostedResource, used: Readonly<Record<string, number>>, all: ReadonlyMap<string, CostedResource>): Quantity[];
}

/** Charges that depend on usage only: each measure has one price. */
export function byUse(measures: Readonly<Record<string, readonly [price: PriceName, what: string]>>): Charges {
  return {
    measures: Object.fromEntries(Object.entries(measures).map(([name, [, what]]) => [name, what])),
    quantities: (_, used) => Object.entries(measures).map(([name, [price]]) => [price, used[name]]),
  };
}

/** Charges for the existence of a resource. */
export function fixed(price: PriceName, quantity = 1): Charges {
  return { measures: {}, quantities: () => [[price, quantity]] };
}

/** Charges of several kinds together. */
export function sum(...parts: readonly Charges[]): Charges {
  return {
    measures: Object.assign({}, ...parts.map(({ measures }) => measures)),
    quantities: (resource, used, all) => parts.flatMap((part) => part.quantities(resource, used, all)),
  };
}

/** Charges of resources with a property only. */
export function when(holds: (properties: CostedResource['properties']) => boolean, charges: Charges): Charges {
  return {
    measures: charges.measures,
    quantities: (resource, used, all) => (holds(resource.properties) ? charges.quantities(resource, used, all) : []),
  };
}

/** A charge computed from the properties. */
export function computed(
  measures: Charges['measures'],
  quantities: (properties: CostedResource['properties'], used: Readonly<Record<string, number>>) => Quantity[],
): Charges {
  return { measures, quantities: ({ properties }, used) => quantities(properties, used) };
}
