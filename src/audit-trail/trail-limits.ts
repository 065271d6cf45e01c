import { Token } from 'aws-cdk-lib';
import type { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import type { RecordedProps } from './trail-selectors';

/** What is validated together. */
export interface CheckedProps extends RecordedProps {
  readonly retention: ObjectLockRetention;
  readonly regions: string[] | undefined;
}

/** Documented: "Quotas in AWS CloudTrail": conditions of the advanced event selectors of a trail. */
const MOST_CONDITIONS = 500;
/** The conditions of the four selectors besides the resources: categories, types, and the names of events. */
const OTHER_CONDITIONS = 9;

/**
 * Checks what the services would reject, or would accept and record nothing.
 *
 * @returns for how many days there are events
 * @throws when a value is not valid
 */
export function checkTrail(scope: IConstruct, props: CheckedProps): number {
  const { managementEvents, tables, buckets, functions, retention, regions } = props;
  const resources = [...tables, ...buckets, ...functions];
  if (managementEvents.recorded === 'none' && resources.length === 0) {
    invalid(
      scope,
      'managementEvents',
      managementEvents,
      'all() or changes(), or a table, a bucket or a function: otherwise nothing is recorded',
    );
  }
  if (resources.length > MOST_CONDITIONS - OTHER_CONDITIONS) {
    const right = `at most ${MOST_CONDITIONS - OTHER_CONDITIONS} in tables, buckets and functions together, which CloudTrail can select`;
    invalid(scope, 'tables', `${resources.length} resources`, right);
  }
  if (retention.duration.isUnresolved()) {
    invalid(scope, 'retention', retention.duration, 'a duration that is known at synthesis, because the table has as many days');
  }
  for (const region of regions ?? []) {
    if (!Token.isUnresolved(region) && !/^[a-z]{2}(-[a-z]+)+-\d+$/.test(region)) {
      invalid(scope, 'regions', region, "names of Regions, such as 'eu-west-1'");
    }
  }
  if (regions !== undefined && (regions.length === 0 || new Set(regions).size < regions.length)) {
    invalid(scope, 'regions', regions, 'at least one Region, and each only once: a query would read it twice');
  }
  return retention.duration.toDays();
}
