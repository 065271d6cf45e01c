import { type CfnElement, Stack } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPermission, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnResourcePolicy } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  FunctionCode,
  FunctionConcurrency,
  KeyTemplate,
  SecureFunction,
  Tenancy,
  TenantBucketGrants,
  TenantRole,
  TenantTable,
  Tier,
} from '../../src';
import { AppResources } from '../../src/core/private/app-resources';
import {
  addLimit,
  addQuota,
  description,
  limitEnvironment,
  limitFunctionPolicy,
  limitLogPolicies,
  limitTemplate,
} from '../../src/core/private/limits';
import { Estimator } from '../../src/core/private/limits/estimate';
import { templateOf, testApp, testStack } from '../synth';
import { warnings } from '../warnings';

const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const code = Code.fromInline('0');
const handlerIn = (stack: Stack, functionName?: string, environment?: Record<string, string>) =>
  new LambdaFunction(stack, 'Handler', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code, functionName, environment });

describe('a limit', () => {
  const limit = { property: 'apples', most: 3, source: '"Orchard quotas"', remedy: 'Pick fewer.' };

  test.each([[3], [0]])('lets %d pass', (count) => {
    const stack = testStack();
    addLimit(stack, limit, () => count);
    expect(() => templateOf(stack)).not.toThrow();
  });

  test('is an error at synthesis when exceeded by one, with the construct path and a remedy', () => {
    const stack = testStack();
    addLimit(stack, limit, () => 4);
    expect(() => templateOf(stack)).toThrow('Test: 4 apples exceed the limit of 3 ("Orchard quotas"). Pick fewer.');
  });

  test('that AWS can raise is a warning, which can be acknowledged', () => {
    const stack = testStack();
    addQuota(stack, { ...limit, id: 'apples' }, () => 4);
    templateOf(stack);
    expect(warnings(stack)).toEqual([
      expect.stringMatching(/^Test: 4 apples exceed the limit of 3 .*acknowledgeWarning\('cdk-andamio:apples'/),
    ]);
  });

  test('counts what is added after it', () => {
    const stack = testStack();
    addLimit(stack, { ...limit, most: 0 }, () => stack.node.children.length);
    new Role(stack, 'Late', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    expect(() => templateOf(stack)).toThrow('1 apples exceed');
  });
});

describe('the size of a template is estimated', () => {
  test('as the text at deployment, and never longer', () => {
    const stack = new Stack(testApp(), 'S', { env: { account: '111122223333', region: 'us-east-1' } });
    const handler = handlerIn(stack);
    const estimator = Estimator.of(stack, new AppResources(stack.node.root));
    const name = `S-${stack.getLogicalId(handler.node.defaultChild as CfnElement)}-xxxxxxxxxxxx`;
    expect(estimator.text(handler.functionName)).toBe(name);
    expect(estimator.text(handler.functionArn)).toBe(`arn:aws:lambda:us-east-1:123456789012:function:${name}`);
    expect(estimator.text(`${stack.partition}/${testStack().region}`)).toBe('aws/us-east-1');
    expect(estimator.text('text')).toBe('text');
    expect(estimator.text({ 'Fn::Select': [0, []] })).toBe('');
  });

  test('with the ARN of an alias or a version', () => {
    const stack = testStack();
    const handler = handlerIn(stack, 'handler');
    const [alias, version] = [handler.addAlias('live'), handler.currentVersion];
    const estimator = Estimator.of(stack, new AppResources(stack.node.root));
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:handler';
    expect([alias, version].map(({ functionArn }) => estimator.text(functionArn))).toEqual([`${arn}:live`, `${arn}:1`]);
  });

  test('with names no longer than the service allows', () => {
    const stack = new Stack(testApp(), 'S'.repeat(90));
    const { functionName } = handlerIn(stack);
    expect(Estimator.of(stack, new AppResources(stack.node.root)).text(functionName)).toHaveLength(64);
  });
});

describe('permissions to invoke a function', () => {
  /** One permission that results in a policy of the given size. */
  function policyOf(bytes: number): Stack {
    const stack = new Stack(testApp(), 'S', { env: { account: '111122223333', region: 'us-east-1' } });
    const handler = handlerIn(stack, 'handler');
    limitFunctionPolicy(handler);
    limitFunctionPolicy(handler);
    const permission = new CfnPermission(stack, 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: handler.functionArn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: 'a',
    });
    const sid = `S-${stack.getLogicalId(permission)}-xxxxxxxxxxxx`;
    const statement =
      `{"Sid":"${sid}","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction",` +
      '"Resource":"arn:aws:lambda:us-east-1:123456789012:function:handler","Condition":{"ArnLike":{"AWS:SourceArn":""}}}';
    const rest = `{"Version":"2012-10-17","Id":"default","Statement":[${statement}]}`;
    permission.sourceArn = 'a'.repeat(bytes - rest.length);
    return stack;
  }

  test('are valid up to 20,480 bytes', () => {
    expect(() => templateOf(policyOf(20_480))).not.toThrow();
  });

  test('are one error at 20,481', () => {
    expect(() => templateOf(policyOf(20_481))).toThrow(
      /^Validation failed with the following errors:\n {2}\[S\/Handler\] S\/Handler: 20481 bytes of permissions to invoke it exceed the limit of 20480 \("Lambda quotas", resource-based policy\)[^\n]*$/,
    );
  });

  test('of a function with the same id in another stack are separate', () => {
    const app = testApp();
    const [one, other] = ['One', 'Other'].map((id) => new Stack(app, id));
    limitFunctionPolicy(handlerIn(one));
    const handler = handlerIn(other);
    for (let number = 0; number < 100; number += 1) {
      handler.addPermission(`P${number}`, { principal: new ServicePrincipal('events.amazonaws.com'), sourceArn: 'a'.repeat(300) });
    }
    expect(() => app.synth()).not.toThrow();
  });
});

describe('the environment of a function', () => {
  const made = (bytes: number) => {
    const stack = testStack();
    limitEnvironment(handlerIn(stack, undefined, { NAME: 'a'.repeat(bytes - 4) }), 'Shorten it.');
    return stack;
  };

  test('fits at 4,096 bytes, and is an error at 4,097', () => {
    expect(() => templateOf(made(4_096))).not.toThrow();
    expect(() => templateOf(made(4_097))).toThrow('Test/Handler: 4097 bytes of its environment variables exceed the limit of 4096');
  });
});

test('the environment of a SecureFunction, too', () => {
  const stack = testStack();
  new SecureFunction(stack, 'Own', {
    code: FunctionCode.of(Code.fromInline('0')),
    concurrency: FunctionConcurrency.unreserved('A test'),
    environment: { NAME: 'a'.repeat(4_096) },
  });
  expect(() => templateOf(stack)).toThrow('Test/Own/Function: 4100 bytes of its environment variables exceed the limit of 4096');
});

test('a description of a function has at most 256 characters', () => {
  expect(description('a'.repeat(256))).toBe('a'.repeat(256));
  expect(description('a'.repeat(257))).toHaveLength(256);
});

describe('the trust policy of a tenant role', () => {
  const made = (openers: number) => {
    const stack = new Stack(testApp(), 'S', { env: { account: '111122223333', region: 'us-east-1' } });
    const role = new TenantRole(stack, 'Tenants', { tenancy });
    for (let number = 0; number < openers; number += 1) {
      role.grants.openSessions(Role.fromRoleName(stack, `R${number}`, String(number).padStart(20, 'r')));
    }
    return stack;
  };
  const characters = (stack: Stack): number => {
    const roles = Object.values(templateOf(stack).findResources('AWS::IAM::Role'));
    const text = JSON.stringify(roles[0].Properties.AssumeRolePolicyDocument);
    return text.replaceAll(
      /\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},("[^"]*")\]\]\}/g,
      (_, rest) => `"arn:aws${rest.slice(1)}`,
    ).length;
  };
  const mostWithin = (limit: number) => {
    const [two, three] = [2, 3].map((openers) => characters(made(openers)));
    return 2 + Math.floor((limit - two) / (three - two));
  };

  test('is a warning above the quota of 2,048 characters', () => {
    const most = mostWithin(2_048);
    expect(most).toBeGreaterThan(10);
    const [fits, exceeds] = [made(most), made(most + 1)];
    expect([characters(fits) <= 2_048, characters(exceeds) > 2_048]).toEqual([true, true]);
    expect(warnings(fits)).toEqual([]);
    expect(warnings(exceeds)).toEqual([
      expect.stringContaining(`${characters(exceeds)} characters of its trust policy exceed the limit of 2048`),
    ]);
  });

  test('is an error above the fixed limit of 4,096 characters', () => {
    const most = mostWithin(4_096);
    expect(() => templateOf(made(most))).not.toThrow();
    expect(() => templateOf(made(most + 1))).toThrow(/S\/Tenants\/Role: \d+ characters of its trust policy exceed the limit of 4096/);
  });
});

test('the CDK splits large policies of a tenant role, and warns if there are many', () => {
  const made = (buckets: number) => {
    const stack = new Stack(testApp(), 'S', { env: { account: '111122223333', region: 'us-east-1' } });
    const role = new TenantRole(stack, 'Tenants', { tenancy });
    role.grants.openSessions(Role.fromRoleName(stack, 'SessionOpener', 'opener'));
    for (let number = 0; number < buckets; number += 1)
      TenantBucketGrants.fromBucket(Bucket.fromBucketName(stack, `B${number}`, `bucket-${number}`)).tenantReadWrite(role);
    const template = templateOf(stack);
    const sizes = (type: string) =>
      Object.values(template.findResources(type)).map(({ Properties }) => JSON.stringify(Properties.PolicyDocument).length);
    return { inline: sizes('AWS::IAM::Policy'), managed: sizes('AWS::IAM::ManagedPolicy'), warned: warnings(stack) };
  };
  const few = made(4);
  expect([few.inline.length, few.managed.length, few.warned]).toEqual([1, 0, []]);
  const many = made(60);
  // Documented: "IAM and AWS STS quotas": 10,240 characters of all inline policies of a role, 6,144 of a managed one.
  expect(Math.max(...many.inline)).toBeLessThanOrEqual(10_240);
  expect(Math.max(...many.managed)).toBeLessThanOrEqual(6_144);
  expect(many.managed.length).toBeGreaterThan(10);
  expect(many.warned).toEqual([expect.stringContaining(`${many.managed.length} exceeds`)]);
});

describe('a template', () => {
  const made = (characters: number) => {
    const stack = testStack();
    limitTemplate(stack);
    limitTemplate(stack);
    stack.templateOptions.description = 'a'.repeat(characters);
    return () => templateOf(stack);
  };

  test('is an error above 1,000,000 bytes', () => {
    const size = (characters: number) => {
      let message = '';
      try {
        made(characters)();
      } catch (error) {
        message = (error as Error).message;
      }
      return Number(/Test: (\d+) bytes of its template exceed the limit of 1000000/.exec(message)?.[1]);
    };
    const most = 1_000_000 - (size(1_000_000) - 1_000_000);
    expect(size(most + 1)).toBe(1_000_001);
    expect(made(most)).not.toThrow();
  });
});

test('more than ten resource policies of CloudWatch Logs in one account and Region are an error', () => {
  const made = (count: number) => {
    const app = testApp();
    const [one, other] = ['One', 'Other'].map((id) => new Stack(app, id));
    limitLogPolicies(one);
    for (let number = 0; number < count; number += 1) {
      new CfnResourcePolicy(number % 2 === 0 ? one : other, `P${number}`, { policyName: `p${number}`, policyDocument: '{}' });
    }
    return app;
  };
  expect(() => made(10).synth()).not.toThrow();
  expect(() => made(11).synth()).toThrow('11 resource policies of CloudWatch Logs in this account and Region exceed the limit of 10');
});

test('indexes of a tenant table are a warning from the twenty-first', () => {
  const made = (count: number) => {
    const stack = testStack();
    const indexes = Array.from({ length: count }, (_, number) => ({
      name: `index-${number}`,
      partitionKey: `key${number}`,
      partitionKeyTemplate: KeyTemplate.of(`{tenant}#${number}#{idempotencyKey}`),
    }));
    new TenantTable(stack, 'Data', { tenancy, indexes });
    templateOf(stack);
    return warnings(stack);
  };
  expect(made(20)).toEqual([]);
  expect(made(21)).toEqual([expect.stringContaining('Test/Data: 21 indexes exceed the limit of 20 ("Quotas in Amazon DynamoDB")')]);
});

describe('the inline policies of a role', () => {
  const statement = (number: number) =>
    new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: [`arn:aws:s3:::bucket-${number}/${'x'.repeat(60)}/*`],
      ...(number % 2 === 0 ? {} : { conditions: { StringEquals: { 'aws:PrincipalTag/number': `${number}` } } }),
    });
  const made = (statements: number) => {
    const stack = new Stack(testApp(), 'S', { env: { account: '111122223333', region: 'us-east-1' } });
    const { role } = new SecureFunction(stack, 'Own', {
      code: FunctionCode.of(Code.fromInline('0')),
      concurrency: FunctionConcurrency.reserved(1),
    });
    for (let number = 0; number < statements; number += 1) role.addToPolicy(statement(number));
    return { stack, role };
  };

  test('have room for any grants, because what Lambda needs is in a managed policy', () => {
    for (let statements = 50; statements < 80; statements += 3) {
      const policies = Object.values(templateOf(made(statements).stack).findResources('AWS::IAM::Policy'));
      const sizes = policies.map(({ Properties }) => JSON.stringify(Properties.PolicyDocument).length);
      // Documented: "IAM and AWS STS quotas": 10,240 characters of all inline policies of a role.
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(10_240);
    }
  });

  test('are an error if another policy exceeds the limit', () => {
    const { stack, role } = made(1);
    const another = new Policy(stack, 'Another', { roles: [role] });
    for (let number = 0; number < 80; number += 1) another.addStatements(statement(number));
    expect(() => templateOf(stack)).toThrow(
      /S\/Own\/FunctionRole: \d{5} characters of its inline policies exceed the limit of 10240 \("IAM and AWS STS quotas"/,
    );
  });

  test('do not include policies that are not in the template', () => {
    const { stack } = made(1);
    new Policy(stack, 'Empty');
    expect(() => templateOf(stack)).not.toThrow();
  });
});
