import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, type App, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations as Found, Match } from 'aws-cdk-lib/assertions';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  AccountPrincipal,
  AccountRootPrincipal,
  AnyPrincipal,
  ArnPrincipal,
  type IPrincipal,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Alias, type CfnKey, type IKey, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import { Construct } from 'constructs';
import { AppKey, ItemStore, LakeCompaction, LakeErasure, TenantBucketGrants, TenantDirectory, TenantTable } from '../../src';
import { grantSecretRead } from '../../src/core/private/secret-grant';
import { auditTrail } from '../audit-trail/fixtures';
import { ingestPath, tenantRole } from '../buffered-ingest-path/fixtures';
import { isAllowed, resolvedResources } from '../iam';
import { lakeBackfill } from '../lake-backfill/fixtures';
import { operations } from '../operations/fixtures';
import { govSync, importedReports } from '../resilient-gov-sync/fixtures';
import { containerService } from '../secure-container-service/fixtures';
import { secureFunction } from '../secure-function/fixtures';
import { dataLake } from '../streaming-data-lake/fixtures';
import { logicalIds, places, templateOf, testApp, testStack } from '../synth';
import { tenancy, tenantApi } from '../tenant-isolated-api/fixtures';
import { tenantRemoval } from '../tenant-removal/fixtures';
import { userPool } from '../tenant-user-pool/fixtures';

const env = { account: '123456789012', region: 'us-east-1' };
const ARN = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** Every construct with the prop, by the file that declares it. */
const constructs: Record<string, (scope: Construct, encryptionKey?: IKey) => unknown> = {
  'audit-trail/audit-trail.ts': (scope, encryptionKey) => auditTrail(scope, { encryptionKey }),
  'buffered-ingest-path/buffered-ingest-path.ts': (scope, encryptionKey) => ingestPath(scope, { encryptionKey }),
  'lake-backfill/lake-backfill.ts': (scope, encryptionKey) => lakeBackfill(scope, { encryptionKey }),
  'lake-compaction/lake-compaction.ts': (scope, encryptionKey) =>
    new LakeCompaction(scope, 'Compaction', { lake: dataLake(scope, { encryptionKey }, 'CompactedLake'), encryptionKey }),
  'lake-erasure/lake-erasure.ts': (scope, encryptionKey) =>
    new LakeErasure(scope, 'Erasure', { lake: dataLake(scope, { encryptionKey }, 'ErasedLake'), encryptionKey }),
  'operations/operations.ts': (scope, encryptionKey) => operations(scope, { encryptionKey }),
  'resilient-gov-sync/resilient-gov-sync.ts': (scope, encryptionKey) => govSync(scope, { encryptionKey, reports: importedReports(scope) }),
  'secure-container-service/secure-container-service.ts': (scope, encryptionKey) => containerService(scope, { encryptionKey }),
  'secure-function/secure-function.ts': (scope, encryptionKey) => secureFunction(scope, { encryptionKey }),
  'streaming-data-lake/streaming-data-lake.ts': (scope, encryptionKey) => dataLake(scope, { encryptionKey }),
  'tenant-directory/tenant-directory.ts': (scope, encryptionKey) => new TenantDirectory(scope, 'Directory', { tenancy, encryptionKey }),
  'tenant-removal/tenant-removal.ts': (scope, encryptionKey) => tenantRemoval(scope, { encryptionKey }),
  'tenant-isolated-api/tenant-isolated-api.ts': (scope, encryptionKey) => tenantApi(scope, { encryptionKey }),
  'tenant-table/tenant-table.ts': (scope, encryptionKey) => new TenantTable(scope, 'Data', { tenancy, encryptionKey }),
  'tenant-user-pool/tenant-user-pool.ts': (scope, encryptionKey) => userPool(scope, { encryptionKey }),
};
const everyWay: [string, (scope: Construct, key: IKey) => unknown][] = [
  ...Object.entries(constructs),
  ...Object.entries(constructs).map(([file, make]): [string, (scope: Construct, key: IKey) => unknown] => [
    `${file} by AppKey.set`,
    (scope, key) => {
      AppKey.set(Stack.of(scope), key);
      make(scope);
    },
  ]),
];
const logging = everyWay.filter(([file]) => !/tenant-table|tenant-directory|audit-trail|operations/.test(file));

test('each construct with an encryptionKey is tested here', () => {
  const src = join(__dirname, '..', '..', 'src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.startsWith('core'));
  // Imports are tested in test/watched-imports.test.ts.
  const owned = files.filter((file) => !file.endsWith('-interface.ts'));
  const withProp = owned.filter((file) => /readonly encryptionKey\?: IKey;/.test(readFileSync(join(src, file), 'utf8')));
  expect(withProp.sort()).toEqual(Object.keys(constructs).sort());
});

describe('an alias is an error that says what to pass instead,', () => {
  /** A class of another copy of the CDK, which loads its modules lazily. */
  const ofAnotherCopy = (): typeof Alias => {
    let other: typeof Alias | undefined;
    jest.isolateModules(() => {
      other = (require('aws-cdk-lib/aws-kms') as typeof import('aws-cdk-lib/aws-kms')).Alias;
    });
    return other as typeof Alias;
  };
  const aliases: [string, (stack: Stack) => IKey][] = [
    ['by name', (stack) => Alias.fromAliasName(stack, 'Given', 'alias/mine')],
    ['of a key of this app', (stack) => new Alias(stack, 'Given', { aliasName: 'alias/mine', targetKey: new Key(stack, 'Key') })],
    ['that a key was given', (stack) => new Key(stack, 'Key').addAlias('alias/mine')],
    [
      'with its target',
      (stack) => Alias.fromAliasAttributes(stack, 'Given', { aliasName: 'alias/mine', aliasTargetKey: new Key(stack, 'Key') }),
    ],
    ['as the ARN of a key', (stack) => Key.fromKeyArn(stack, 'Given', 'arn:aws:kms:us-east-1:123456789012:alias/mine')],
    ['as an ARN with tokens', (stack) => Key.fromKeyArn(stack, 'Given', stack.formatArn({ service: 'kms', resource: 'alias/mine' }))],
    ['of another copy of the CDK', (stack) => ofAnotherCopy().fromAliasName(stack, 'Given', 'alias/mine')],
  ];
  const right = /expected a key, not an alias: pass the key itself, Key\.fromKeyArn\(.*\), or Key\.fromLookup\(/;

  test('another copy of the CDK has other classes', () => {
    const stack = testStack();
    const alias = new (ofAnotherCopy())(stack, 'Given', { aliasName: 'alias/mine', targetKey: new Key(stack, 'Key') });
    expect(alias).not.toBeInstanceOf(Alias);
  });

  describe.each([
    ['without feature flags', {}],
    ['with all', recommended],
  ])('%s', (_, flags) => {
    test.each(aliases)('an alias %s: by each construct', (_name, alias) => {
      for (const make of Object.values(constructs)) {
        const stack = testStack({}, flags);
        const given = alias(stack);
        expect(() => make(stack, given)).toThrow(right);
        expect(() => make(new Stack(testApp(flags), 'Other'), given)).toThrow(
          /: invalid encryptionKey <construct Test\/.*>: expected a key/,
        );
      }
    });

    test.each(aliases)('an alias %s: by AppKey.set', (_name, alias) => {
      const stack = testStack({}, flags);
      const given = alias(stack);
      expect(() => AppKey.set(stack, given)).toThrow(/^Test: invalid AppKey\.set <construct Test\/.*>: expected a key, not an alias/);
      expect(() => AppKey.set(stack.node.root, given)).toThrow(right);
    });
  });

  test('also as the key of a table, a bucket or a secret, because an alias as a resource grants no use of its key', () => {
    const stack = testStack();
    const encryptionKey = Alias.fromAliasName(stack, 'Given', 'alias/mine');
    const table = Table.fromTableAttributes(stack, 'Table', { tableName: 'plain', encryptionKey });
    const destination = ItemStore.fromTable(table, { partitionKeyName: 'pk', sortKeyName: 'sk' });
    expect(() => ingestPath(stack, { destination })).toThrow(/^Test\/Table: invalid encryptionKey .*: expected a key, not an alias/);
    const bucket = Bucket.fromBucketAttributes(stack, 'Bucket', { bucketName: 'plain', encryptionKey });
    expect(() => TenantBucketGrants.fromBucket(bucket).tenantRead(tenantRole(stack), 'reports/')).toThrow(
      /^Test\/Bucket: invalid encryptionKey .* not an alias/,
    );
    const secret = new Secret(stack, 'Secret', { encryptionKey });
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    expect(() => grantSecretRead(secret, role)).toThrow(/^Test\/Secret: invalid encryptionKey .* not an alias/);
  });

  test('but a key whose ARN is known only at deployment is accepted', () => {
    for (const make of Object.values(constructs)) {
      const stack = testStack();
      const owner = new Stack(stack.node.root as App, 'Owner');
      expect(() => make(stack, Key.fromKeyArn(stack, 'Given', new Key(owner, 'Key').keyArn))).not.toThrow();
    }
  });
});

test('a key that services cannot encrypt with is an error', () => {
  const stack = testStack();
  const signing = new Key(stack, 'Signing', { keySpec: KeySpec.RSA_2048, keyUsage: KeyUsage.SIGN_VERIFY });
  const hmac = new Key(stack, 'Hmac', { keySpec: KeySpec.HMAC_256, keyUsage: KeyUsage.GENERATE_VERIFY_MAC });
  for (const make of Object.values(constructs)) {
    expect(() => make(new Construct(stack, `Of${stack.node.children.length}`), signing)).toThrow(
      /: invalid keySpec of encryptionKey Test\/Signing "RSA_2048": expected SYMMETRIC_DEFAULT/,
    );
  }
  expect(() => AppKey.set(stack, hmac)).toThrow('invalid keySpec of AppKey.set Test/Hmac "HMAC_256": expected SYMMETRIC_DEFAULT');
});

test('a disabled key is an error', () => {
  const stack = testStack();
  const disabled = new Key(stack, 'Disabled', { enabled: false });
  for (const make of Object.values(constructs)) {
    expect(() => make(new Construct(stack, `Of${stack.node.children.length}`), disabled)).toThrow(
      /: invalid enabled of encryptionKey Test\/Disabled false: expected true: nothing encrypts with a disabled key/,
    );
  }
});

describe('a key of the app whose policy does not delegate to IAM policies', () => {
  const closed = (principals: IPrincipal[], actions: string[]) =>
    new PolicyDocument({ statements: [new PolicyStatement({ principals, actions, resources: ['*'] })] });
  const administrator = () => new ArnPrincipal('arn:aws:iam::123456789012:role/Administrator');
  const said = (policy: PolicyDocument | undefined, make: (scope: Construct, key: Key) => void, acknowledged = false) => {
    const stack = testStack({ env });
    if (acknowledged) Annotations.of(stack).acknowledgeWarning('cdk-andamio:closedKeyPolicy', 'The policy names all of them');
    make(stack, new Key(stack, 'Key', { policy }));
    return Found.fromStack(stack)
      .findWarning('*', Match.stringLikeRegexp('does not let IAM policies of the account grant its use'))
      .map(({ id, entry }) => `${id} ${entry.data}`);
  };

  test.each(everyWay)('causes one warning with the missing statement: %s', (_, make) => {
    const texts = said(closed([administrator()], ['kms:*']), make);
    expect(texts).toEqual([
      expect.stringMatching(
        /^\/Test\/Key .*"AWS":"arn:<partition>:iam::123456789012:root".*dynamodb\.us-east-1\.amazonaws\.com.*closedKeyPolicy/,
      ),
    ]);
  });

  test.each<[string, PolicyDocument | undefined]>([
    ['the default', undefined],
    ['the account', closed([new AccountRootPrincipal()], ['kms:*'])],
    ['the account, by its number', closed([new AccountPrincipal('123456789012')], ['kms:Decrypt', 'kms:GenerateDataKey'])],
    ['anybody', closed([new AnyPrincipal()], ['kms:*'])],
  ])('no warning if the policy allows %s', (_, policy) => {
    expect(said(policy, (scope, key) => ingestPath(scope, { encryptionKey: key }))).toEqual([]);
  });

  test('no warning if the policy has the statement of the warning', () => {
    const [text] = said(closed([administrator()], ['kms:*']), (scope, key) => ingestPath(scope, { encryptionKey: key }));
    const statement = JSON.parse(/\{.*\}/.exec(text)?.[0].replace('<partition>', 'aws') ?? '');
    const policy = closed([administrator()], ['kms:*']);
    policy.addStatements(PolicyStatement.fromJson(statement));
    expect(said(policy, (scope, key) => ingestPath(scope, { encryptionKey: key }))).toEqual([]);
  });

  test('causes a warning if the account may only administer the key', () => {
    const policy = closed([new AccountRootPrincipal()], ['kms:Create*', 'kms:Describe*', 'kms:Put*']);
    expect(said(policy, (scope, key) => ingestPath(scope, { encryptionKey: key }))).toHaveLength(1);
  });

  test('no warning if it is acknowledged', () => {
    expect(said(closed([administrator()], ['kms:*']), (scope, key) => ingestPath(scope, { encryptionKey: key }), true)).toEqual([]);
  });
});

test('a key in another Region is an error', () => {
  const arn = ARN.replace('us-east-1', 'eu-west-1');
  for (const make of Object.values(constructs)) {
    const stack = testStack({ env });
    expect(() => make(stack, Key.fromKeyArn(stack, 'Given', arn))).toThrow(
      /: invalid encryptionKey <construct Test\/Given>: expected a key in us-east-1: this one is in eu-west-1/,
    );
  }
  const stack = testStack({ env });
  AppKey.set(stack, Key.fromKeyArn(stack, 'Given', arn));
  expect(() => userPool(stack)).toThrow(': invalid AppKey <construct Test/Given>: expected a key in us-east-1');
});

/** What CloudWatch Logs needs. Documented: "Encrypt log data in CloudWatch Logs using AWS Key Management Service". */
const LOGS = {
  Sid: 'LogGroupsOfThisAccountAndRegion',
  Effect: 'Allow',
  Principal: { Service: 'logs.us-east-1.amazonaws.com' },
  Action: ['kms:Decrypt*', 'kms:Describe*', 'kms:Encrypt*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
  Resource: '*',
  Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:123456789012:log-group:*' } },
};

/** What the logs of an encrypted state machine need. Documented: "Data at rest encryption in Step Functions". */
const LOG_DELIVERY = {
  Sid: 'LogDeliveryOfThisAccountAndRegion',
  Effect: 'Allow',
  Principal: { Service: 'delivery.logs.amazonaws.com' },
  Action: ['kms:Decrypt*'],
  Resource: '*',
  Condition: { StringEquals: { 'kms:EncryptionContext:SourceArn': 'arn:aws:logs:us-east-1:123456789012:*' } },
};

/** The statements of a key that let a service use it. */
function serviceStatements(key: Key): unknown[] {
  const stack = Stack.of(key);
  const { Properties } = resolvedResources(stack)[stack.getLogicalId(key.node.defaultChild as CfnKey)];
  const { Statement } = Properties.KeyPolicy as { Statement: { Principal: object; Action: string[] }[] };
  // With all feature flags the actions are sorted.
  const sorted = Statement.map((statement) => ({ ...statement, Action: [statement.Action].flat().sort() }));
  return sorted.filter(({ Principal }) => 'Service' in Principal);
}

/** The keys of the log groups of a stack. */
function logKeys(stack: Stack): unknown[] {
  return Object.values(templateOf(stack).findResources('AWS::Logs::LogGroup')).map(({ Properties }) => Properties.KmsKeyId);
}

describe('a key of the app', () => {
  test.each(logging)('can be used by CloudWatch Logs for log groups of its account and Region: %s', (file, make) => {
    for (const flags of [{}, recommended]) {
      const stack = testStack({ env }, flags);
      const key = new Key(stack, 'Key');
      make(stack, key);
      expect(logKeys(stack).length).toBeGreaterThan(0);
      expect([...new Set(logKeys(stack).map((each) => JSON.stringify(each)))]).toEqual([JSON.stringify(stack.resolve(key.keyArn))]);
      expect(serviceStatements(key)).toEqual(file.startsWith('resilient-gov-sync') ? [LOGS, LOG_DELIVERY] : [LOGS]);
    }
  });

  test('with its own policy can be used, too', () => {
    const policy = new PolicyDocument({
      statements: [new PolicyStatement({ principals: [new AccountRootPrincipal()], actions: ['kms:*'], resources: ['*'] })],
    });
    const stack = testStack({ env });
    const key = new Key(stack, 'Key', { policy });
    ingestPath(stack, { encryptionKey: key });
    expect(serviceStatements(key)).toEqual([LOGS]);
  });

  test('of another stack can be used, without a circular dependency', () => {
    const app = testApp();
    const [owner, one, two] = ['Owner', 'One', 'Two'].map((id) => new Stack(app, id, { env }));
    const key = new Key(owner, 'Key');
    for (const stack of [one, two]) tenantApi(stack, { encryptionKey: key });
    app.synth();
    expect(serviceStatements(key)).toEqual([LOGS]);
    expect(one.dependencies).toEqual([owner]);
    expect(two.dependencies).toEqual([owner]);
    expect(owner.dependencies).toEqual([]);
  });

  test.each(places)('gets the same statement as a key of the library, only once: %s', (_, inPlace) => {
    const statements = (stack: Stack, id: string) => {
      const { KeyPolicy } = templateOf(stack).findResources('AWS::KMS::Key')[id].Properties;
      return KeyPolicy.Statement.filter(({ Sid }: { Sid?: string }) => Sid !== undefined);
    };
    let key: Key | undefined;
    const place = inPlace((scope) => {
      key = new Key(scope, 'Key');
      ingestPath(scope, { encryptionKey: key }, 'One');
      ingestPath(scope, { encryptionKey: key }, 'Two');
      tenantApi(scope, { encryptionKey: key });
    });
    const own = inPlace((scope) => AppKey.of(scope));
    const outermost = own.nestedStackParent ?? own;
    const [ownId] = logicalIds(templateOf(outermost), 'AWS::KMS::Key');
    expect(statements(place, place.getLogicalId(key?.node.defaultChild as never))).toEqual(statements(outermost, ownId));
    expect(statements(outermost, ownId)).toHaveLength(1);
  });

  test('that encrypts no log group of the library gets no statement', () => {
    const stack = testStack();
    new TenantTable(stack, 'Data', { tenancy, encryptionKey: new Key(stack, 'Key') });
    expect(JSON.stringify(templateOf(stack).findResources('AWS::KMS::Key'))).not.toContain('Service');
  });

  test('that is set for the app can be used for the app’s own log groups', () => {
    const stack = testStack({ env });
    const key = new Key(stack, 'Key');
    AppKey.set(stack, key);
    expect(AppKey.of(stack)).toBe(key);
    expect(serviceStatements(key)).toEqual([LOGS]);
  });

  test('causes no warning', () => {
    for (const [, make] of everyWay) {
      const stack = testStack();
      make(stack, new Key(stack, 'Key'));
      Found.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('cdk-andamio'));
    }
  });
});

describe('an imported key', () => {
  const warnings = (stack: Stack) =>
    Found.fromStack(stack)
      .findWarning('*', Match.stringLikeRegexp('cdk-andamio'))
      .map(({ id, entry }) => ({ id, text: String(entry.data) }));
  const statementOf = (text: string) => JSON.parse(/\{.*\}/.exec(text)?.[0] ?? '') as Record<string, unknown>;

  test.each(logging)('causes one warning with the statement to add, and one more for the log of a state machine: %s', (file, make) => {
    const stack = testStack({ env });
    make(stack, Key.fromKeyArn(stack, 'Given', ARN));
    const [{ id, text }, ...more] = warnings(stack);
    expect(more.map((one) => [one.id, statementOf(one.text)])).toEqual(
      file.startsWith('resilient-gov-sync') ? [['/Test/Given', LOG_DELIVERY]] : [],
    );
    for (const one of more)
      expect(one.text).toMatch(/^the log of the state machine stays empty .* \[ack: cdk-andamio:importedKeyForLogDelivery\]$/);
    expect(id).toBe('/Test/Given');
    expect(text).toMatch(/the policy of this imported key allows CloudWatch Logs to use it.* \[ack: cdk-andamio:importedKeyForLogs\]$/);
    expect(statementOf(text)).toEqual({ ...LOGS, Action: expect.arrayContaining(LOGS.Action) });
  });

  test('causes one warning for all constructs that use it, and one for each import', () => {
    const stack = testStack({ env });
    const key = Key.fromKeyArn(stack, 'Given', ARN);
    ingestPath(stack, { encryptionKey: key }, 'One');
    ingestPath(new NestedStack(stack, 'Nested'), { encryptionKey: key }, 'Two');
    tenantApi(stack, { encryptionKey: key });
    expect(warnings(stack)).toHaveLength(1);
    ingestPath(stack, { encryptionKey: Key.fromKeyArn(stack, 'Again', ARN) }, 'Three');
    expect(warnings(stack).map(({ id }) => id)).toEqual(['/Test/Given', '/Test/Again']);
  });

  test('that encrypts no log group of the library causes no warning', () => {
    const stack = testStack({ env });
    new TenantTable(stack, 'Data', { tenancy, encryptionKey: Key.fromKeyArn(stack, 'Given', ARN) });
    expect(warnings(stack)).toEqual([]);
  });

  test('has placeholders in the statement for what is not known at synthesis', () => {
    const stack = testStack();
    ingestPath(stack, { encryptionKey: Key.fromKeyArn(stack, 'Given', ARN) });
    expect(statementOf(warnings(stack)[0].text)).toMatchObject({
      Principal: { Service: 'logs.us-east-1.amazonaws.com' },
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:<account>:log-group:*' } },
    });
  });

  test('causes no warning if it is acknowledged, before or after, on the key or above it', () => {
    const acknowledged: [string, (stack: Stack, key: IKey, make: () => void) => void][] = [
      [
        'stack before',
        (stack, _, make) => {
          Annotations.of(stack).acknowledgeWarning('cdk-andamio:importedKeyForLogs', 'it is there');
          make();
        },
      ],
      [
        'stack after',
        (stack, _, make) => {
          make();
          Annotations.of(stack).acknowledgeWarning('cdk-andamio:importedKeyForLogs');
        },
      ],
      [
        'key after',
        (_, key, make) => {
          make();
          Annotations.of(key).acknowledgeWarning('cdk-andamio:importedKeyForLogs');
        },
      ],
    ];
    for (const [, acknowledge] of acknowledged) {
      const stack = testStack({ env });
      const key = Key.fromKeyArn(stack, 'Given', ARN);
      acknowledge(stack, key, () => void ingestPath(stack, { encryptionKey: key }));
      expect(warnings(stack)).toEqual([]);
    }
  });

  test('of another account causes a warning with the statement for the roles of this account, too', async () => {
    const stack = testStack({ env });
    const key = Key.fromKeyArn(stack, 'Given', ARN.replace('123456789012', '999999999999'));
    ingestPath(stack, { encryptionKey: key });
    new TenantTable(stack, 'Data', { tenancy, encryptionKey: key });
    const texts = warnings(stack).map(({ text }) => text);
    expect(texts.map((text) => /\[ack: (.*)\]$/.exec(text)?.[1])).toEqual([
      'cdk-andamio:keyOfAnotherAccount',
      'cdk-andamio:importedKeyForLogs',
    ]);
    const resource = { Version: '2012-10-17', Statement: [statementOf(texts[0])] };
    const identity = [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] }];
    const ask = (service: string) =>
      isAllowed(
        {
          principal: 'arn:aws:iam::123456789012:role/Any',
          action: 'kms:Decrypt',
          resource: ARN,
          context: { 'kms:ViaService': service },
        },
        { identity, resource },
      );
    expect([await ask('sqs.us-east-1.amazonaws.com'), await ask('s3.us-east-1.amazonaws.com')]).toEqual([true, false]);
    expect(statementOf(texts[1])).toMatchObject({
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:123456789012:log-group:*' } },
    });
  });
});
