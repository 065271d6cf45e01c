import type { Inspection, WebAcls } from '../../contracts';
import type { HttpPair, HttpRequest } from '../../protocol/http';
import type { Inspected, WebAcl } from './definition';

/**
 * Evaluates rules by priority. The first one that allows or blocks decides, or else the default action. Documented: "AWS WAF rules are
 * evaluated before other access control features, such as resource policies, IAM policies, Lambda authorizers" ("Use AWS WAF to protect
 * your REST APIs").
 *
 * @param counted called for each request that a rule counts or blocks
 */
export function createInspect(
  acls: ReadonlyMap<string, WebAcl>,
  counted: (acl: string, rule: string, kind: 'count' | 'block', request: HttpRequest) => void,
): WebAcls['inspect'] {
  return (resourceArn, uri, request, now): Inspection | undefined => {
    const acl = acls.get(resourceArn);
    if (!acl) return undefined;
    const inspected: Inspected = { ...request, uri, now };
    const inserted: HttpPair[] = [];
    for (const { name, action, matches } of acl.rules) {
      if (!matches(inspected)) continue;
      if (action.kind !== 'allow') counted(acl.name, name, action.kind, request);
      if (action.kind === 'block') return { arn: acl.arn, blocked: true, response: action.custom, inserted };
      inserted.push(...action.insert);
      if (action.kind === 'allow') return { arn: acl.arn, blocked: false, inserted };
    }
    const { defaultAction } = acl;
    if (defaultAction.kind === 'block') return { arn: acl.arn, blocked: true, response: defaultAction.custom, inserted };
    return { arn: acl.arn, blocked: false, inserted: [...inserted, ...defaultAction.insert] };
  };
}
