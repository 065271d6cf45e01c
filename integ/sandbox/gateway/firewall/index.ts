import type { Answer } from '../messages';
import type { ApiRequest, Pair } from '../request';
import type { Inspected, WebAcl } from './definition';

export { loadFirewalls } from './load';

/** What a web ACL says of a request. */
export interface Inspection {
  readonly arn: string;
  readonly blocked: boolean;
  /** The web ACL's own answer to a blocked request; without it API Gateway answers with WAF_FILTERED. */
  readonly answer?: Answer;
  /** Headers that the request goes on with. */
  readonly inserted: readonly Pair[];
}

/** Asks the web ACL of a stage; undefined where there is none. */
export type Inspect = (stageArn: string, stage: string, request: ApiRequest, now: number) => Inspection | undefined;

/**
 * Rules are asked by priority; the first that allows or blocks decides, else the default action. Documented: "AWS WAF rules are evaluated
 * before other access control features, such as resource policies, IAM policies, Lambda authorizers" ("Use AWS WAF to protect your REST APIs").
 *
 * @param counted told of each request that a rule counts or blocks
 */
export function createInspect(
  acls: ReadonlyMap<string, WebAcl>,
  counted: (acl: string, rule: string, kind: 'count' | 'block', request: ApiRequest) => void,
): Inspect {
  return (stageArn, stage, request, now) => {
    const acl = acls.get(stageArn);
    if (!acl) return undefined;
    const inspected: Inspected = { ...request, uri: `/${stage}${request.path}`, now };
    const inserted: Pair[] = [];
    for (const { name, action, matches } of acl.rules) {
      if (!matches(inspected)) continue;
      if (action.kind !== 'allow') counted(acl.name, name, action.kind, request);
      if (action.kind === 'block') return { arn: acl.arn, blocked: true, answer: action.custom, inserted };
      inserted.push(...action.insert);
      if (action.kind === 'allow') return { arn: acl.arn, blocked: false, inserted };
    }
    const { defaultAction } = acl;
    if (defaultAction.kind === 'block') return { arn: acl.arn, blocked: true, answer: defaultAction.custom, inserted };
    return { arn: acl.arn, blocked: false, inserted: [...inserted, ...defaultAction.insert] };
  };
}
