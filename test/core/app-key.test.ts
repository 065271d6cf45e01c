import { NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { AppKey } from '../../src';
import { violations } from '../nag';
import { logicalIds, places, templateOf, testApp, testStack } from '../synth';

describe('the key of an app that sets none', () => {
  const stack = testStack();
  AppKey.of(stack);
  const template = templateOf(stack);

  test('rotates yearly and is retained', () => {
    template.hasResource('AWS::KMS::Key', {
      Properties: { EnableKeyRotation: true, RotationPeriodInDays: 365 },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('keeps its logical id: another one would be another key', () => {
    expect(logicalIds(template, 'AWS::KMS::Key')).toEqual(['AppKey51DFC408']);
  });

  test("serves CloudWatch Logs for log groups of its account and region, and no other's", () => {
    const join = {
      'Fn::Join': [
        '',
        ['arn:', { Ref: 'AWS::Partition' }, ':logs:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':log-group:*'],
      ],
    };
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
            Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': join } },
          }),
        ]),
      },
    });
  });

  test('has nothing that a rule pack finds', () => {
    expect(violations(stack)).toEqual([]);
  });

  test.each(places)('is one for all that ask %s', (_, inPlace) => {
    const keys: IKey[] = [];
    const place = inPlace((scope) => keys.push(AppKey.of(new Construct(scope, 'One')), AppKey.of(new Construct(scope, 'Two'))));
    expect(keys[0]).toBe(keys[1]);
    expect(keys[0].node.path).toBe(`${(place.nestedStackParent ?? place).node.path}/AppKey`);
  });

  test('is one per stack of an app', () => {
    const app = testApp();
    const [one, two] = [new Stack(app, 'One'), new Stack(app, 'Two')];
    expect(AppKey.of(one)).not.toBe(AppKey.of(two));
  });
});

describe('AppKey.set', () => {
  test('holds below its scope, and a nearer one wins', () => {
    const app = testApp();
    const stack = new Stack(app, 'Stack');
    const [far, near] = [new Key(stack, 'Far'), new Key(stack, 'Near')];
    AppKey.set(app, far);
    const part = new Construct(stack, 'Part');
    AppKey.set(part, near);
    expect(AppKey.of(new NestedStack(stack, 'Nested'))).toBe(far);
    expect(AppKey.of(new Construct(part, 'Below'))).toBe(near);
    expect(logicalIds(templateOf(stack), 'AWS::KMS::Key')).toHaveLength(2);
  });

  test('is rejected after something below has its key, and says what read it', () => {
    const stage = new Stage(testApp(), 'Stage');
    const stack = new Stack(stage, 'Stack');
    AppKey.of(new Construct(stack, 'Reader'));
    expect(() => AppKey.set(stage, new Key(stack, 'Key'))).toThrow(
      'Stage: invalid AppKey.set <construct Stage/Stack/Key>: expected a call before Stage/Stack/Reader reads it',
    );
  });

  test('above a scope that has its own is no conflict', () => {
    const app = testApp();
    const stack = new Stack(app, 'Stack');
    AppKey.set(stack, new Key(stack, 'Near'));
    AppKey.of(stack);
    expect(() => AppKey.set(app, new Key(stack, 'Far'))).not.toThrow();
  });

  test('is rejected the second time on a scope', () => {
    const stack = testStack();
    AppKey.set(stack, new Key(stack, 'One'));
    expect(() => AppKey.set(stack, new Key(stack, 'Two'))).toThrow(
      'Test: invalid AppKey.set <construct Test/Two>: expected one call per scope',
    );
  });
});
