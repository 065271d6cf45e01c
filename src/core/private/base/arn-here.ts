import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from './invalid';
import { known } from './known';

/**
 * Rejects an ARN that is not of a service, or not of the account and the Region of the stack that uses it. Parts that are known only at
 * deployment are not compared.
 *
 * @param where the construct with the attribute
 * @param service `lambda`
 */
export function checkArnHere(where: IConstruct, attribute: string, service: string, arn: string | undefined): void {
  if (arn === undefined) return;
  const stack = Stack.of(where);
  const parts = arn.split(':');
  // A token in the middle of an ARN has no colon; one of the whole ARN is not known here.
  if (parts.length < 6 && Token.isUnresolved(arn)) return;
  const [prefix, , found, region, account] = parts;
  if (parts.length < 6 || prefix !== 'arn' || isOther(found, service)) {
    const [here, owner] = [known('<region>', stack.region), known('<account>', stack.account)];
    invalid(where, attribute, arn, `an ARN of ${service}: arn:aws:${service}:${here}:${owner}:…`);
  }
  if (isOther(region, stack.region)) {
    invalid(where, attribute, arn, `an ARN of ${stack.region}, the Region of the stack that imports it: metrics and alarms are there`);
  }
  if (isOther(account, stack.account)) {
    invalid(
      where,
      attribute,
      arn,
      `an ARN of the account ${stack.account}, as the stack that imports it: a role of another account also needs a policy of the resource`,
    );
  }
}

/** Whether two values are different for certain. */
function isOther(one: string, other: string): boolean {
  return Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
}
