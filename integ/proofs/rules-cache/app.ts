import { App } from 'aws-cdk-lib';
import { SchoolPlatform } from '../../../examples/school-platform/lib/school-platform';
import { MAX_AGE_SECONDS } from './max-age';

/** The example, whose grading rules expire sooner than usual, so that several expiries take two minutes. */
const app = new App();
const { grades } = new SchoolPlatform(app, 'SchoolPlatform', { appUrl: 'https://schools.example' });
grades.taskDefinition?.defaultContainer?.addEnvironment('RULES_MAX_AGE_SECONDS', String(MAX_AGE_SECONDS));
