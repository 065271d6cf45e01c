import { Duration, RemovalPolicy, Size, type Stack } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Mfa } from 'aws-cdk-lib/aws-cognito';
import { Peer } from 'aws-cdk-lib/aws-ec2';
import { ContainerInsights, CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import { HttpMethod } from 'aws-cdk-lib/aws-events';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import * as andamio from '../../src';
import { templateOf, testStack } from '../synth';
import { CASES } from './cases';
import { publicOptions } from './public-options';

// Each default of the public API is what its @default tag says: a prop without a tag, or whose tag nothing compares with what is
// created, fails here.

const OPTIONS = publicOptions('src/index.ts');

/** What an expression in a tag may use; `this` is the construct's scope. */
const names = {
  Architecture,
  ContainerInsights,
  CpuArchitecture,
  Duration,
  HttpMethod,
  Mfa,
  ObjectLockRetention,
  Peer,
  RemovalPolicy,
  Runtime,
  Size,
  TreatMissingData,
  ...andamio,
};

function evaluated(tag: string, self: Stack): unknown {
  return new Function(...Object.keys(names), `return (${tag});`).apply(self, Object.values(names));
}

function created(name: string, optionsOf: (stack: Stack) => object = () => ({})): { stack: Stack; result: unknown } {
  const stack = testStack();
  return { stack, result: CASES[name].create(stack, optionsOf(stack)) };
}

test('every interface with optional props has a case, and no case is left over', () => {
  expect(Object.keys(CASES).sort()).toEqual([...OPTIONS.keys()]);
});

test('every optional prop has a tag', () => {
  const untagged = [...OPTIONS].flatMap(([name, props]) => props.filter(({ tag }) => !tag).map(({ prop }) => `${name}.${prop}`));
  expect(untagged).toEqual([]);
});

describe.each([...OPTIONS])('%s', (name, props) => {
  const described = props.filter(({ tag = '' }) => tag.startsWith('- '));
  const literal = props.filter(({ tag = '- ' }) => !tag.startsWith('- '));

  test('each description is compared with what is created', () => {
    expect(Object.keys(CASES[name].described ?? {}).sort()).toEqual(described.map(({ prop }) => prop).sort());
  });

  if (described.length > 0) {
    test.each(described)('$prop: $tag', ({ prop }) => {
      const { stack, result } = created(name);
      CASES[name].described?.[prop](stack, result as never);
    });
  }

  if (literal.length > 0) {
    let template: object | undefined;
    const withoutOptions = () => {
      template ??= templateOf(created(name).stack).toJSON();
      return template;
    };
    test.each(literal)('$prop: $tag', ({ prop, tag = '' }) => {
      const explicit = created(name, (stack) => ({ [prop]: evaluated(tag, stack) }));
      expect(templateOf(explicit.stack).toJSON()).toEqual(withoutOptions());
    });
  }
});
