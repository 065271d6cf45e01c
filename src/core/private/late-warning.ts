import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * A warning that is found when the app is synthesized, and can have been acknowledged before:
 * `Annotations.of(construct).acknowledgeWarning('cdk-andamio:<id>', '<reason>')`.
 *
 * It is put on the construct's default child: an acknowledgement that comes before its warning covers what is below its construct, and not the
 * construct itself (aws-cdk-lib, Acknowledgements.searchPaths).
 *
 * @param id without the library's name
 * @param acknowledged the id by which it is acknowledged
 */
export function warnLate(construct: IConstruct, id: string, message: string, acknowledged: string): void {
  const name = `cdk-andamio:${id}`;
  Annotations.of(construct.node.defaultChild ?? construct).addWarningV2(
    name,
    `${message} If that is intended: Annotations.of(construct).acknowledgeWarning('${name}', '<${acknowledged}>').`,
  );
}
