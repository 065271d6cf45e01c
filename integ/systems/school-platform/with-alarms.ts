import { App } from 'aws-cdk-lib';
import { RecommendedAlarm } from 'cdk-andamio';
import { SchoolPlatform } from '../../../examples/school-platform/lib/school-platform';

const app = new App();
const platform = new SchoolPlatform(app, 'SchoolPlatform', { appUrl: process.env.APP_URL ?? 'https://schools.example' });
RecommendedAlarm.createAll(platform);
app.synth();
