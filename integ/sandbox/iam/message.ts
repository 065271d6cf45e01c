import type { Check } from '../contracts';

/** The kind of policy that denied a request. */
export interface DenyingPolicy {
  readonly explicit: boolean;
  readonly kind: 'identity-based policy' | 'resource-based policy' | 'permissions boundary' | 'session policy';
}

/**
 * AWS's message for a denied request, in the form of "Troubleshoot access denied error messages" (IAM User Guide).
 *
 * SQS writes its actions in lower case, SNS its name in upper case, S3 quotes the resource, and STS does not name the kind of policy.
 */
export function denialMessage(principal: string, check: Check, policy: DenyingPolicy): string {
  const [service] = check.action.split(':');
  const action = service === 'sqs' ? check.action.toLowerCase() : check.action.replace(/^sns:/, 'SNS:');
  const resource = service === 's3' ? `"${check.resource}"` : check.resource;
  const what = `User: ${principal} is not authorized to perform: ${action} on resource: ${resource}`;
  if (policy.explicit) {
    return `${what} with an explicit deny in ${policy.kind.startsWith('identity') ? 'an' : 'a'} ${policy.kind}`;
  }
  return service === 'sts' ? what : `${what} because no ${policy.kind} allows the ${action} action`;
}
