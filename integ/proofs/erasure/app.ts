import { App } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LakeErasure } from 'cdk-andamio';
import { SchoolPlatform } from '../../../examples/school-platform/lib/school-platform';
import { ARRIVAL_SECONDS } from './request';

/** The example, with erasures of its lake. */
const app = new App();
const platform = new SchoolPlatform(app, 'SchoolPlatform', { appUrl: 'https://schools.example' });
const erasure = new LakeErasure(platform, 'Erasure', { lake: platform.lake });
// Functions have the time of this machine, and the proof does not wait for 49 hours.
for (const { node } of [erasure.startFunction, erasure.eraseFunction]) {
  (node.defaultChild as CfnFunction).addPropertyOverride('Environment.Variables.ARRIVAL_SECONDS', `${ARRIVAL_SECONDS}`);
}
