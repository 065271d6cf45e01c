import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { SecretValue, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ACCOUNT, assemble, failure, openTestEndpoint, type TestEndpoint } from '../../testing/endpoint';
import { invalid } from '../../testing/engines';

const REGION = 'us-east-1';
let sandbox: TestEndpoint;
const clients: SecretsManagerClient[] = [];
const arns: Record<string, string> = {};

const as = (role: string) => {
  const client = new SecretsManagerClient({
    endpoint: sandbox.endpoint.url,
    region: REGION,
    credentials: sandbox.as(role),
    maxAttempts: 1,
  });
  clients.push(client);
  return client;
};
const secretOf = async (id: string, client = as('Owner')) => (await client.send(new GetSecretValueCommand({ SecretId: id }))).SecretString;

beforeAll(async () => {
  const assembly = assemble((stack) => {
    const role = (roleName: string, ...statements: [actions: string[], resources: string[], conditions?: Record<string, unknown>][]) => {
      const made = new iam.Role(stack, roleName, { roleName, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
      for (const [actions, resources, conditions] of statements) {
        made.addToPolicy(new iam.PolicyStatement({ actions, resources, conditions }));
      }
      return made;
    };
    const generated = (id: string, generateSecretString?: secretsmanager.SecretStringGenerator) =>
      new secretsmanager.Secret(stack, id, { generateSecretString });
    generated('Plain');
    generated('Long', { passwordLength: 64, excludePunctuation: true });
    generated('Digits', {
      passwordLength: 12,
      excludeLowercase: true,
      excludeUppercase: true,
      excludePunctuation: true,
      excludeCharacters: '01',
    });
    generated('Spaced', {
      passwordLength: 4,
      includeSpace: true,
      excludeNumbers: true,
      excludeLowercase: true,
      excludePunctuation: true,
      requireEachIncludedType: false,
    });
    generated('Login', { secretStringTemplate: '{"username":"ann"}', generateStringKey: 'password', passwordLength: 20 });
    new secretsmanager.Secret(stack, 'Given', { secretName: 'team/given', secretStringValue: SecretValue.unsafePlainText('as it is') });
    new secretsmanager.CfnSecret(stack, 'Empty', { description: 'to be filled' });

    const key = new kms.Key(stack, 'Key');
    const sealed = new secretsmanager.Secret(stack, 'Sealed', { encryptionKey: key });
    const tagged = generated('Tagged');
    Tags.of(tagged).add('class', 'open');
    const shared = generated('Shared');
    const guest = role('Guest');
    shared.grantRead(guest);
    shared.addToResourcePolicy(
      new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], principals: [role('Invited')], resources: ['*'] }),
    );
    shared.denyAccountRootDelete();

    role('Owner', [['secretsmanager:*'], ['*']], [['kms:*'], [key.keyArn]]);
    role('Reader', [['secretsmanager:GetSecretValue'], [sealed.secretFullArn ?? sealed.secretArn]]);
    sealed.grantRead(role('Granted'));
    const via = { 'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com` };
    const read: [string[], string[]] = [['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'], [sealed.secretArn]];
    role('Bound', read, [['kms:Decrypt'], [key.keyArn], { StringEquals: { ...via, 'kms:EncryptionContext:SecretARN': sealed.secretArn } }]);
    role('Misbound', read, [
      ['kms:Decrypt'],
      [key.keyArn],
      { StringEquals: { ...via, 'kms:EncryptionContext:SecretARN': tagged.secretArn } },
    ]);
    role('Elsewhere', read, [['kms:Decrypt'], [key.keyArn], { StringEquals: { 'kms:ViaService': `sqs.${REGION}.amazonaws.com` } }]);
    role('Versioned', read, [['kms:Decrypt'], [key.keyArn], { Null: { 'kms:EncryptionContext:SecretVersionId': 'false' } }]);
    role('Open', [['secretsmanager:GetSecretValue'], ['*'], { StringEquals: { 'secretsmanager:ResourceTag/class': 'open' } }]);
    role('Named', [['secretsmanager:GetSecretValue'], ['*'], { ArnEquals: { 'secretsmanager:SecretId': tagged.secretArn } }]);
    role('Current', [['secretsmanager:GetSecretValue'], ['*'], { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } }]);
    role('Nobody');
  });
  sandbox = await openTestEndpoint(assembly, { engines: true });
  for (const resource of assembly.ofType('AWS::SecretsManager::Secret')) {
    arns[resource.logicalId.replace(/[0-9A-F]{8}$/, '')] = assembly.ref(resource);
  }
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await sandbox?.close();
});

describe('a secret of the template', () => {
  test('has a value generated as in the template', async () => {
    expect(await secretOf(arns.Plain)).toMatch(/^[\x21-\x7e]{32}$/);
    expect(await secretOf(arns.Long)).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z\d]{64}$/);
    expect(await secretOf(arns.Digits)).toMatch(/^[2-9]{12}$/);
    expect(await secretOf(arns.Spaced)).toMatch(/^[A-Z ]{4}$/);
    expect(JSON.parse((await secretOf(arns.Login)) ?? '')).toEqual({ username: 'ann', password: expect.stringMatching(/^.{20}$/) });
  });

  test('has the value of the template, or none', async () => {
    expect(await secretOf(arns.Given)).toBe('as it is');
    expect(await failure(secretOf(arns.Empty))).toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
  });

  test('is found by its ARN, its ARN without the suffix and its name, and returned with the ARN of the assembly', async () => {
    expect(arns.Given).toMatch(new RegExp(`^arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:team/given-[a-z0-9]{6}$`));
    for (const SecretId of [arns.Given, arns.Given.slice(0, -7), 'team/given']) {
      const answer = await as('Owner').send(new GetSecretValueCommand({ SecretId }));
      expect(answer).toMatchObject({ ARN: arns.Given, Name: 'team/given', SecretString: 'as it is', VersionStages: ['AWSCURRENT'] });
    }
    expect(await failure(secretOf('team/give'))).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('is described and listed', async () => {
    const owner = as('Owner');
    expect(await owner.send(new DescribeSecretCommand({ SecretId: arns.Empty }))).toMatchObject({
      ARN: arns.Empty,
      Description: 'to be filled',
    });
    expect((await owner.send(new DescribeSecretCommand({ SecretId: arns.Tagged }))).Tags).toEqual([{ Key: 'class', Value: 'open' }]);
    const { SecretList = [] } = await owner.send(new ListSecretsCommand({}));
    expect(SecretList.map(({ ARN }) => ARN).sort()).toEqual(Object.values(arns).sort());
  });

  test('gets new versions, and keeps the previous one', async () => {
    const owner = as('Owner');
    const SecretId = arns.Plain;
    const first = await owner.send(new GetSecretValueCommand({ SecretId }));
    const { VersionId } = await owner.send(new PutSecretValueCommand({ SecretId, SecretString: 'second' }));
    expect(await secretOf(SecretId)).toBe('second');
    const before = await owner.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPREVIOUS' }));
    expect(before.SecretString).toBe(first.SecretString);
    await owner.send(new UpdateSecretCommand({ SecretId, SecretString: 'third', Description: 'changed' }));
    expect(await secretOf(SecretId)).toBe('third');
    const { Versions = [] } = await owner.send(new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true }));
    expect(Versions.map((version) => version.VersionId)).toEqual(expect.arrayContaining([VersionId]));
    const current = (await owner.send(new GetSecretValueCommand({ SecretId }))).VersionId;
    const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: VersionId, RemoveFromVersionId: current };
    await owner.send(new UpdateSecretVersionStageCommand(move));
    expect(await secretOf(SecretId)).toBe('second');
  });
});

describe('authorization', () => {
  test("a caller without permission gets AWS's message with the ARN of the secret", async () => {
    const message = `User: arn:aws:sts::${ACCOUNT}:assumed-role/Nobody/session is not authorized to perform: secretsmanager:GetSecretValue on resource: ${arns.Given} because no identity-based policy allows the secretsmanager:GetSecretValue action`;
    for (const SecretId of [arns.Given, 'team/given']) {
      expect(await failure(secretOf(SecretId, as('Nobody')))).toMatchObject({ name: 'AccessDeniedException', message });
    }
  });

  test('only a caller with permission learns whether a secret exists', async () => {
    expect(await failure(secretOf('none', as('Nobody')))).toMatchObject({ name: 'AccessDeniedException' });
    expect(await failure(secretOf('none'))).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('permission for a value does not include its description, writing or listing', async () => {
    const reader = as('Reader');
    const denied = { name: 'AccessDeniedException' };
    expect(await failure(reader.send(new DescribeSecretCommand({ SecretId: arns.Sealed })))).toMatchObject(denied);
    expect(await failure(reader.send(new PutSecretValueCommand({ SecretId: arns.Sealed, SecretString: 'x' })))).toMatchObject(denied);
    expect(await failure(reader.send(new ListSecretsCommand({})))).toMatchObject(denied);
  });

  test('a customer managed key requires kms:Decrypt through Secrets Manager, for this secret and its version', async () => {
    const rejected = { name: 'AccessDeniedException', message: 'Access to KMS is not allowed' };
    for (const role of ['Granted', 'Bound', 'Versioned', 'Owner']) {
      expect(await secretOf(arns.Sealed, as(role))).toHaveLength(32);
    }
    for (const role of ['Reader', 'Misbound', 'Elsewhere']) {
      expect(await failure(secretOf(arns.Sealed, as(role)))).toMatchObject(rejected);
    }
    expect(await failure(as('Bound').send(new PutSecretValueCommand({ SecretId: arns.Sealed, SecretString: 'x' })))).toMatchObject(
      rejected,
    );
  });

  test('tags, the secret and the requested stage are condition keys', async () => {
    expect(await secretOf(arns.Tagged, as('Open'))).toBeDefined();
    expect(await secretOf(arns.Tagged, as('Named'))).toBeDefined();
    expect(await failure(secretOf(arns.Given, as('Open')))).toMatchObject({ name: 'AccessDeniedException' });
    expect(await failure(secretOf(arns.Given, as('Named')))).toMatchObject({ name: 'AccessDeniedException' });
    const current = new GetSecretValueCommand({ SecretId: arns.Given, VersionStage: 'AWSCURRENT' });
    expect((await as('Current').send(current)).SecretString).toBe('as it is');
    const before = new GetSecretValueCommand({ SecretId: arns.Given, VersionStage: 'AWSPREVIOUS' });
    expect(await failure(as('Current').send(before))).toMatchObject({ name: 'AccessDeniedException' });
  });

  test('the policy of a secret alone can grant access', async () => {
    expect(await secretOf(arns.Shared, as('Invited'))).toHaveLength(32);
    expect(await failure(secretOf(arns.Given, as('Invited')))).toMatchObject({ name: 'AccessDeniedException' });
  });
});

test('operations that create or delete a secret, change its key or are not supported are rejected by name', async () => {
  const owner = as('Owner');
  const rejected = (operation: string) => ({
    name: 'InvalidRequestException',
    message: `The sandbox does not support the operation ${operation} of secretsmanager`,
  });
  expect(await failure(owner.send(new CreateSecretCommand({ Name: 'new', SecretString: 'x' })))).toMatchObject(rejected('CreateSecret'));
  expect(await failure(owner.send(new DeleteSecretCommand({ SecretId: arns.Given })))).toMatchObject(rejected('DeleteSecret'));
  expect(await failure(owner.send(new BatchGetSecretValueCommand({ SecretIdList: [arns.Given] })))).toMatchObject(
    rejected('BatchGetSecretValue'),
  );
  expect(await failure(owner.send(new UpdateSecretCommand({ SecretId: arns.Given, KmsKeyId: 'other' })))).toMatchObject({
    message: 'The sandbox does not support UpdateSecret with KmsKeyId',
  });
});

test('passwords are generated for callers with permission', async () => {
  const { RandomPassword } = await as('Owner').send(new GetRandomPasswordCommand({ PasswordLength: 8, ExcludePunctuation: true }));
  expect(RandomPassword).toMatch(/^[A-Za-z0-9]{8}$/);
  expect(await failure(as('Nobody').send(new GetRandomPasswordCommand({})))).toMatchObject({ name: 'AccessDeniedException' });
});

test('everything that Secrets Manager would reject in a template is reported together before the start', () => {
  const assembly = assemble((stack) => {
    const secret = (id: string, generateSecretString: secretsmanager.CfnSecret.GenerateSecretStringProperty, secretString?: string) =>
      new secretsmanager.CfnSecret(stack, id, { generateSecretString, secretString });
    secret('Both', {}, 'x');
    secret('Keyless', { secretStringTemplate: '{}' });
    secret('Templateless', { generateStringKey: 'k' });
    secret('NoObject', { generateStringKey: 'k', secretStringTemplate: '[1]' });
    secret('TooLong', { passwordLength: 5000 });
  });
  const type = 'AWS::SecretsManager::Secret';
  expect(invalid(assembly)).toEqual([
    `${type}.SecretString cannot be combined with GenerateSecretString (Stack.Both)`,
    `${type}.GenerateSecretString must have both SecretStringTemplate and GenerateStringKey, or neither (Stack.Keyless)`,
    `${type}.GenerateSecretString must have both SecretStringTemplate and GenerateStringKey, or neither (Stack.Templateless)`,
    `${type}.GenerateSecretString.SecretStringTemplate is not a JSON object (Stack.NoObject)`,
    `${type}.GenerateSecretString.PasswordLength is not a whole number from 1 to 4096 (Stack.TooLong)`,
  ]);
});
