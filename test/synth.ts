import { App, NestedStack, Stack, type StackProps, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import type { Construct } from 'constructs';
import { temporaryFolder } from './temporary-folder';

/** An app whose templates are the same with every version of the CDK, by default without feature flags. */
export function testApp(flags: Record<string, unknown> = {}): App {
  return new App({ outdir: temporaryFolder('cdk'), analyticsReporting: false, treeMetadata: false, context: flags });
}

/** A stack of its own app. */
export function testStack(props?: StackProps, flags?: Record<string, unknown>): Stack {
  return new Stack(testApp(flags), 'Test', props);
}

/** The template of one stack, as it comes out. */
export function templateOf(stack: Stack): Template {
  return Template.fromStack(stack);
}

/** For snapshots: hashes of assets change with every edit of a handler. */
export function scrubbed(template: Template): unknown {
  return JSON.parse(JSON.stringify(template.toJSON()).replace(/[0-9a-f]{64}/g, '<hash>'));
}

/** The policies of a template by logical id, inline and managed ones. */
export function policiesIn(template: Template): ReturnType<Template['findResources']> {
  return { ...template.findResources('AWS::IAM::Policy'), ...template.findResources('AWS::IAM::ManagedPolicy') };
}

/** Logical ids of a type, sorted. */
export function logicalIds(template: Template, type: string): string[] {
  return Object.keys(template.findResources(type)).sort();
}

/** Every place where a construct must work; `make` is called with each. */
export const places: [string, (make: (scope: Construct) => void) => Stack][] = [
  ['in a stack without any feature flag', (make) => made(testStack(), make)],
  ['in a stack with all recommended feature flags', (make) => made(testStack({}, recommended), make)],
  ['in a stack of a known account and region', (make) => made(testStack({ env: { account: '111122223333', region: 'eu-west-1' } }), make)],
  ['under a stage', (make) => made(new Stack(new Stage(testApp(), 'Stage'), 'Test'), make)],
  ['in a nested stack', (make) => made(new NestedStack(testStack(), 'Nested'), make)],
];

function made(stack: Stack, make: (scope: Construct) => void): Stack {
  make(stack);
  return stack;
}
