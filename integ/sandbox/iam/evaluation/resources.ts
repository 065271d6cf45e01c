import { ARN_PARTS, arnParts, type Lookup, type Pattern, patternOf } from './pattern';

/** The resource of a request, split once. */
export interface AskedResource {
  /** The parts of its ARN; undefined for `*`, the resource of an action that has none. */
  readonly parts?: readonly string[];
  readonly service: string;
}

export function askedResource(action: string, resource: string): AskedResource {
  return { parts: arnParts(resource), service: action.slice(0, action.indexOf(':')) };
}

/** A text of a Resource or NotResource element. */
export interface ResourcePattern {
  matches(asked: AskedResource, lookup: Lookup): boolean;
}

const EVERYTHING: ResourcePattern = { matches: () => true };
const NOTHING: ResourcePattern = { matches: () => false };

/**
 * The parts of an ARN are compared one by one, and the part after the fifth colon as one text, in which a star also matches `/` and `:`.
 * Variables are replaced there only. Documented: "IAM JSON policy elements: Resource" and "Variables and tags" (IAM User Guide).
 *
 * Documentation and grammar say nothing about patterns with fewer parts, such as `arn:aws:s3*`: a star stands for the rest.
 */
export function resourcePatternOf(text: string, variables: boolean): ResourcePattern {
  if (text === '*') return EVERYTHING;
  const written = text.split(':');
  if (written.length < ARN_PARTS && !text.includes('*')) return NOTHING;
  const padded = [...written, ...Array.from({ length: Math.max(0, ARN_PARTS - written.length) }, () => '*')];
  const head = padded.slice(0, ARN_PARTS - 1).map((part) => patternOf(part, { wildcards: true, variables: false }));
  const resource = patternOf(padded.slice(ARN_PARTS - 1).join(':'), { wildcards: true, variables });
  return {
    matches: ({ parts, service }, lookup) =>
      parts === undefined
        ? namesNone(head, resource, service, lookup)
        : head.every((part, number) => part.matches(parts[number], lookup)) && resource.matches(parts[ARN_PARTS - 1], lookup),
  };
}

/**
 * Whether a pattern applies to an action without a resource, such as ListTables. It must match every resource of the service: the User Guide
 * allows `s3:ListAllMyBuckets` on `arn:aws:s3:::*` ("IAM JSON policy elements: Condition operators").
 */
function namesNone(head: readonly Pattern[], resource: Pattern, service: string, lookup: Lookup): boolean {
  return head[2].matches(service, lookup) && resource.matches('*', lookup);
}
