import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Adds a warning at synthesis that may already have been acknowledged with
 * `Annotations.of(construct).acknowledgeWarning('cdk-andamio:<id>', '<reason>')`.
 *
 * The warning is added to the construct's default child, because an earlier acknowledgement covers the constructs below its construct, but
 * not the construct itself (aws-cdk-lib, Acknowledgements.searchPaths).
 *
 * @param id the id of the warning, without `cdk-andamio:`
 * @param acknowledged what the reason should say, as a placeholder in the message
 */
export function warnLate(construct: IConstruct, id: string, message: string, acknowledged: string): void {
  const name = `cdk-andamio:${id}`;
  Annotations.of(construct.node.defaultChild ?? construct).addWarningV2(
    name,
    `${message} If that is intended: Annotations.of(construct).acknowledgeWarning('${name}', '<${acknowledged}>').`,
  );
}
