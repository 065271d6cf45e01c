import { App } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { SchoolPlatform } from '../../../examples/school-platform/lib/school-platform';
import { ARRIVAL_SECONDS } from './request';

/** The example, whose erasures do not wait for 49 hours: functions have the time of this machine. */
const { erasure } = new SchoolPlatform(new App(), 'SchoolPlatform', { appUrl: 'https://schools.example' });
for (const { node } of [erasure.startFunction, erasure.eraseFunction]) {
  (node.defaultChild as CfnFunction).addPropertyOverride('Environment.Variables.ARRIVAL_SECONDS', `${ARRIVAL_SECONDS}`);
}
