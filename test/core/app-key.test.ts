import { NestedStack, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { AppKey, DataDestruction } from '../../src';
import { createDataTable } from '../../src/core/private/data-table';
import { violations } from '../nag';
import { logicalIds, places, templateOf, testApp, testStack } from '../synth';

describe('the key of an app that does not set one', () => {
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

  test('keeps its logical id, because a new id would be a new key', () => {
    expect(logicalIds(template, 'AWS::KMS::Key')).toEqual(['AppKey51DFC408']);
  });

  test('can be used by CloudWatch Logs only for log groups of its account and Region', () => {
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

  test('has no findings of rule packs', () => {
    expect(violations(stack)).toEqual([]);
  });

  test.each(places)('is shared by all constructs %s', (_, inPlace) => {
    const keys: IKey[] = [];
    const place = inPlace((scope) => keys.push(AppKey.of(new Construct(scope, 'One')), AppKey.of(new Construct(scope, 'Two'))));
    expect(keys[0]).toBe(keys[1]);
    expect(keys[0].node.path).toBe(`${(place.nestedStackParent ?? place).node.path}/AppKey`);
  });

  test('exists once in each stack of an app', () => {
    const app = testApp();
    const [one, two] = [new Stack(app, 'One'), new Stack(app, 'Two')];
    expect(AppKey.of(one)).not.toBe(AppKey.of(two));
  });
});

describe('AppKey.set', () => {
  test('applies below its scope, and the nearest one applies', () => {
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

  test('is an error after a construct below has read the key, which the error names', () => {
    const stage = new Stage(testApp(), 'Stage');
    const stack = new Stack(stage, 'Stack');
    AppKey.of(new Construct(stack, 'Reader'));
    expect(() => AppKey.set(stage, new Key(stack, 'Key'))).toThrow(
      'Stage: invalid AppKey.set <construct Stage/Stack/Key>: expected a call before Stage/Stack/Reader reads it',
    );
  });

  test('is allowed above a scope with its own key', () => {
    const app = testApp();
    const stack = new Stack(app, 'Stack');
    AppKey.set(stack, new Key(stack, 'Near'));
    AppKey.of(stack);
    expect(() => AppKey.set(app, new Key(stack, 'Far'))).not.toThrow();
  });

  test('is an error when called twice for a scope', () => {
    const stack = testStack();
    AppKey.set(stack, new Key(stack, 'One'));
    expect(() => AppKey.set(stack, new Key(stack, 'Two'))).toThrow(
      'Test: invalid AppKey.set <construct Test/Two>: expected one call per scope',
    );
  });
});

describe('AppKey.create', () => {
  test('creates one key that all stacks of an app use', () => {
    const app = testApp();
    const [first, second] = [new Stack(app, 'First'), new Stack(app, 'Second')];
    const key = AppKey.create(first);
    expect(AppKey.of(new Construct(first, 'Reader'))).toBe(key);
    expect(AppKey.of(new NestedStack(second, 'Nested'))).toBe(key);
    createDataTable(second, { partitionKeyName: 'pk', sortKeyName: 'sk' });
    app.synth();
    expect(logicalIds(templateOf(second), 'AWS::KMS::Key')).toEqual([]);
    expect(second.dependencies).toEqual([first]);
  });

  test('creates the key that the first construct of the stack would create', () => {
    const [asked, unasked] = [testStack(), testStack()];
    AppKey.create(new Construct(asked, 'Somewhere'));
    AppKey.of(unasked);
    const keysOf = (stack: Stack) => {
      const keys = templateOf(stack).findResources('AWS::KMS::Key');
      for (const key of Object.values(keys)) delete key.Properties.Description;
      return keys;
    };
    expect(keysOf(asked)).toEqual(keysOf(unasked));
    expect(violations(asked)).toEqual([]);
  });

  test('allows CloudWatch Logs to use the key immediately, for log groups that the app creates without the library', () => {
    const stack = testStack();
    AppKey.create(stack);
    expect(JSON.stringify(templateOf(stack).findResources('AWS::KMS::Key'))).toContain('LogGroupsOfThisAccountAndRegion');
  });

  test('creates a key for each stage, in the outermost stack', () => {
    const app = testApp();
    const keys = ['Dev', 'Prod'].map((id) => AppKey.create(new NestedStack(new Stack(new Stage(app, id), 'Stack'), 'Nested')));
    expect(keys.map(({ node }) => node.path)).toEqual(['Dev/Stack/AppKey', 'Prod/Stack/AppKey']);
    expect(AppKey.of(new Stack(app.node.findChild('Prod'), 'Other'))).toBe(keys[1]);
  });

  test('deletes the key only if a scope allows it', () => {
    const stack = testStack();
    expect(() => AppKey.create(stack, { removalPolicy: RemovalPolicy.DESTROY })).toThrow('Test: invalid removalPolicy "DESTROY"');
    const other = testStack();
    DataDestruction.allow(other);
    AppKey.create(other, { removalPolicy: RemovalPolicy.DESTROY });
    templateOf(other).hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete' });
  });

  test('is an error outside of a stack, when called twice, and after another key has been read', () => {
    const app = testApp();
    expect(() => AppKey.create(app)).toThrow(
      '<root>: invalid scope <construct >: expected a stack or a construct in one, because the key is a resource',
    );
    const stack = new Stack(app, 'Stack');
    AppKey.create(stack);
    expect(() => AppKey.create(new Stack(app, 'Other'))).toThrow(
      '<root>: invalid AppKey.create <construct Other/AppKey>: expected one call per scope',
    );
    const late = testStack();
    AppKey.of(new Construct(late, 'Reader'));
    expect(() => AppKey.create(late)).toThrow(
      '<root>: invalid AppKey.create <construct Test/AppKey>: expected a call before Test/Reader reads it',
    );
  });

  test('does not override a nearer key, and is an error for a stack in another Region', () => {
    const app = testApp();
    const home = new Stack(app, 'Home', { env: { account: '111122223333', region: 'eu-west-1' } });
    const away = new Stack(app, 'Away', { env: { account: '111122223333', region: 'us-east-1' } });
    AppKey.create(home);
    expect(() => createDataTable(away, { partitionKeyName: 'pk', sortKeyName: 'sk' })).toThrow(
      'Away: invalid AppKey <construct Home/AppKey>: expected a key in us-east-1: this one is in eu-west-1',
    );
    const part = new Construct(home, 'Part');
    const own = new Key(home, 'Own');
    AppKey.set(part, own);
    expect(AppKey.of(part)).toBe(own);
  });
});
