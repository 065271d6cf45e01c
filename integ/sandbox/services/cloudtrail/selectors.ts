import type { JsonObject } from '../../contracts';
import { objects, strings } from '../../protocol/json';

/** What selectors can see of an event. */
export interface Selectable {
  readonly eventCategory: 'Management' | 'Data';
  readonly eventName: string;
  readonly eventSource: string;
  readonly readOnly: boolean;
  /** Of data events. */
  readonly resourceType?: string;
  readonly resourceArns: readonly string[];
  readonly userArn: string;
}

/** All conditions of a selector must be met. */
export type Selector = readonly Condition[];

interface Condition {
  readonly field: string;
  readonly equal: readonly string[];
  readonly notEqual: readonly string[];
  readonly starts: readonly string[];
  readonly notStarts: readonly string[];
  readonly ends: readonly string[];
  readonly notEnds: readonly string[];
}

/** Documented: "AdvancedFieldSelector" (CloudTrail API Reference). */
const FIELDS: Readonly<Record<string, (event: Selectable) => readonly string[]>> = {
  eventCategory: ({ eventCategory }) => [eventCategory],
  eventName: ({ eventName }) => [eventName],
  eventSource: ({ eventSource }) => [eventSource],
  eventType: () => ['AwsApiCall'],
  readOnly: ({ readOnly }) => [String(readOnly)],
  'resources.type': ({ resourceType }) => (resourceType === undefined ? [] : [resourceType]),
  'resources.ARN': ({ resourceArns }) => resourceArns,
  'userIdentity.arn': ({ userArn }) => [userArn],
};

/** @throws for a field that is not supported, or a category other than events of calls */
export function readSelectors(selectors: readonly JsonObject[]): Selector[] {
  return selectors.map(({ FieldSelectors }) =>
    objects(FieldSelectors).map((given) => {
      const field = String(given.Field);
      if (!(field in FIELDS)) throw new Error(`has the field ${field}, which is not supported: ${Object.keys(FIELDS).join(', ')} are`);
      return {
        ...{ field, equal: strings(given.Equals), notEqual: strings(given.NotEquals), starts: strings(given.StartsWith) },
        ...{ notStarts: strings(given.NotStartsWith), ends: strings(given.EndsWith), notEnds: strings(given.NotEndsWith) },
      };
    }),
  );
}

/** A basic event selector. Documented: "EventSelector" and "DataResource" (CloudTrail API Reference). */
export interface BasicSelector {
  readonly management: boolean;
  readonly kind: string;
  /** Values are ARNs; those of buckets and functions are beginnings of ARNs. */
  readonly data: readonly { readonly type: string; readonly values: readonly string[] }[];
}

const NONE = { equal: [], notEqual: [], starts: [], notStarts: [], ends: [], notEnds: [] };

export function basicSelectors(given: readonly BasicSelector[]): Selector[] {
  const selectors = given.length === 0 ? [{ management: true, kind: 'All', data: [] }] : given;
  return selectors.flatMap(({ management, kind, data }) => {
    const only: Condition[] = kind === 'All' ? [] : [{ ...NONE, field: 'readOnly', equal: [String(kind === 'ReadOnly')] }];
    const of = (category: string): Condition[] => [{ ...NONE, field: 'eventCategory', equal: [category] }, ...only];
    return [
      ...(management ? [of('Management')] : []),
      ...data.map(({ type, values }) => [
        ...of('Data'),
        { ...NONE, field: 'resources.type', equal: [type] },
        { ...NONE, field: 'resources.ARN', starts: values },
      ]),
    ];
  });
}

/** Whether a trail records an event: one of its selectors has all conditions met. */
export function selects(selectors: readonly Selector[], event: Selectable): boolean {
  return selectors.some((conditions) => conditions.every((condition) => meets(FIELDS[condition.field](event), condition)));
}

/** Operators of one field are alternatives, and those that exclude must all hold. Documented: "Advanced event selectors", how they are evaluated. */
function meets(values: readonly string[], { equal, notEqual, starts, notStarts, ends, notEnds }: Condition): boolean {
  const includes = equal.length + starts.length + ends.length;
  const isIncluded = values.some(
    (value) => equal.includes(value) || starts.some((start) => value.startsWith(start)) || ends.some((end) => value.endsWith(end)),
  );
  const isExcluded = values.some(
    (value) => notEqual.includes(value) || notStarts.some((start) => value.startsWith(start)) || notEnds.some((end) => value.endsWith(end)),
  );
  return (includes === 0 || isIncluded) && !isExcluded;
}
