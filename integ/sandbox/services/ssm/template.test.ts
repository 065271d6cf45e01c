import { CfnParameter, CfnResource, SecretValue, type Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { assess } from '../../coverage';
import { assemble } from '../../testing/endpoint';
import { invalid } from '../../testing/engines';
import { resourceTypes } from '..';

const parameter = (stack: Stack, id: string, properties: Partial<ssm.CfnParameterProps>) =>
  new ssm.CfnParameter(stack, id, { type: 'String', value: 'x', ...properties });
const problems = (build: (stack: Stack) => void) => assess(assemble(build), resourceTypes).problems;

test('everything that CloudFormation and Parameter Store would reject in a template is reported together before the start', () => {
  const assembly = assemble((stack) => {
    parameter(stack, 'Secure', { type: 'SecureString' });
    parameter(stack, 'Large', { value: 'x'.repeat(4097) });
    parameter(stack, 'Pattern', { allowedPattern: '\\d+' });
    parameter(stack, 'Reserved', { name: 'aws-x' });
    parameter(stack, 'One', { name: '/one' });
    parameter(stack, 'Again', { name: 'one' });
    parameter(stack, 'Expiring', { policies: '[]' });
    parameter(stack, 'Good', { value: 'y'.repeat(8192), tier: 'Advanced', policies: '[]', tags: { a: 'b' } });
  });
  const of = (message: string, id: string) => `AWS::SSM::Parameter: ${message} (Stack.${id})`;
  expect(invalid(assembly)).toEqual([
    of('SSM Parameters of type SecureString cannot be created using CloudFormation', 'Secure'),
    expect.stringMatching(/: Standard tier parameters support a maximum parameter value of 4096 characters\..* \(Stack\.Large\)$/),
    of('Parameter value, cannot be validated against allowedPattern: \\d+', 'Pattern'),
    of('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).', 'Reserved'),
    of('The parameter already exists. To overwrite this value, set the overwrite option in the request to true.', 'Again'),
    of('Parameter policies need the advanced-parameter tier.', 'Expiring'),
  ]);
});

test('an unknown property is reported by name', () => {
  expect(problems((stack) => parameter(stack, 'P', {}).addPropertyOverride('Colour', 'red'))).toEqual([
    'AWS::SSM::Parameter.Colour is not supported (Stack.P)',
  ]);
});

describe('dynamic references (documented: "Get a plaintext value from Systems Manager Parameter Store")', () => {
  /** The value of a property of a queue. */
  const read = (value: string | ((stack: Stack) => string)) => {
    const assembly = assemble((stack) => {
      parameter(stack, 'Size', { name: '/app/size', value: 'large' });
      parameter(stack, 'Alias', { name: '/app/alias', value: '{{resolve:ssm:/app/size}}' });
      parameter(stack, 'Self', { name: '/app/self', value: '{{resolve:ssm:/app/self}}' });
      new CfnResource(stack, 'Queue', {
        type: 'AWS::SQS::Queue',
        properties: { QueueName: typeof value === 'string' ? value : value(stack) },
      });
    });
    const [queue] = assembly.ofType('AWS::SQS::Queue');
    return assembly.properties(queue).QueueName;
  };

  test.each([
    ['{{resolve:ssm:/app/size}}', 'large'],
    ['{{resolve:ssm:/app/size:1}}', 'large'],
    ['a-{{resolve:ssm:/app/size}}-{{resolve:ssm:/app/alias}}', 'a-large-large'],
  ])('%s is %s', (reference, expected) => {
    expect(read(reference)).toBe(expected);
  });

  test.each([
    [
      '{{resolve:ssm:/none}}',
      'Stack.Queue.QueueName: the dynamic reference {{resolve:ssm:/none}}: no stack of the assembly creates this parameter',
    ],
    ['{{resolve:ssm:/app/size:2}}', ': the assembly only creates version 1 of /app/size'],
    ['{{resolve:ssm:/app/size:}}', 'Incorrect format is used in the following SSM reference: [{{resolve:ssm:/app/size:}}]'],
    ['{{resolve:ssm:/app/self}}', 'ssm:/app/self refers to itself'],
    ['{{resolve:secretsmanager:x}}', 'the dynamic reference {{resolve:secretsmanager:x}} is not supported'],
    ['{{resolve:ssm-secure:/s:1}}', 'SSM Secure reference is not supported in: [AWS::SQS::Queue/Properties/QueueName]'],
  ])('%s is an error: %s', (reference, message) => {
    expect(() => read(reference)).toThrow(message);
  });

  test('a parameter of the template is read from a parameter of the assembly', () => {
    expect(read((stack) => ssm.StringParameter.valueForStringParameter(stack, '/app/size'))).toBe('large');
    expect(read((stack) => ssm.StringParameter.valueForStringParameter(stack, '/app/size', 1))).toBe('large');
    const message =
      'Unable to fetch parameters [/none] from parameter store for this account: no stack of the assembly creates this parameter';
    expect(() => read((stack) => ssm.StringParameter.valueForStringParameter(stack, '/none'))).toThrow(message);
  });

  test.each([
    ['AWS::SSM::Parameter::Value<List<String>>', ['a', 'b']],
    ['AWS::SSM::Parameter::Value<CommaDelimitedList>', ['a', 'b']],
    ['AWS::SSM::Parameter::Value<String>', 'a,b'],
    ['AWS::SSM::Parameter::Name', '/app/zones'],
  ])('a template parameter of type %s is %j', (type, expected) => {
    const assembly = assemble((stack) => {
      parameter(stack, 'Zones', { name: '/app/zones', type: 'StringList', value: 'a,b' });
      const given = new CfnParameter(stack, 'Given', { type, default: '/app/zones' });
      new CfnResource(stack, 'Queue', { type: 'AWS::SQS::Queue', properties: { QueueName: { Ref: given.logicalId } } });
    });
    expect(assembly.properties(assembly.ofType('AWS::SQS::Queue')[0]).QueueName).toEqual(expected);
  });
});

// Documented: "Get a secure string value from Systems Manager Parameter Store"; the messages are CloudFormation's.
describe('references to secure strings', () => {
  const secret = SecretValue.ssmSecure('/token', '1').toString();

  test('are rejected in the same properties as by CloudFormation, and stop the start', () => {
    const found = problems((stack) => {
      new lambda.Function(stack, 'Function', {
        runtime: lambda.Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: lambda.Code.fromInline('exports.handler = () => {}'),
        environment: { TOKEN: secret },
      });
      new ssm.CfnParameter(stack, 'List', { type: 'String', value: 'x', name: '/list' }).addPropertyOverride('Tags', { a: secret });
    });
    expect(found).toEqual([
      expect.stringContaining('SSM Secure reference is not supported in: [AWS::Lambda::Function/Properties/Environment/Variables/TOKEN]'),
      expect.stringContaining('SSM Secure reference is not supported in: [AWS::SSM::Parameter/Properties/Tags/a]'),
    ]);
  });

  test('stay unresolved in the properties that CloudFormation supports', () => {
    const assembly = assemble((stack) => {
      new CfnResource(stack, 'Database', { type: 'AWS::RDS::DBInstance', properties: { MasterUserPassword: secret } });
      new CfnResource(stack, 'Stack', {
        type: 'AWS::OpsWorks::Stack',
        properties: { RdsDbInstances: [{ DbPassword: secret, DbUser: 'x' }] },
      });
    });
    const [database, stack] = ['Database', 'Stack'].map((id) => assembly.properties(assembly.find(`Stack.${id}`) as never));
    expect(database).toEqual({ MasterUserPassword: '{{resolve:ssm-secure:/token:1}}' });
    expect(stack.RdsDbInstances).toEqual([{ DbPassword: '{{resolve:ssm-secure:/token:1}}', DbUser: 'x' }]);
  });

  test('in a list are reported with the list, as by CloudFormation', () => {
    const assembly = assemble((stack) => {
      new CfnResource(stack, 'Rule', { type: 'AWS::ElasticLoadBalancingV2::ListenerRule', properties: { Actions: [{ Secret: secret }] } });
    });
    expect(() => assembly.properties(assembly.find('Stack.Rule') as never)).toThrow(
      'SSM Secure reference is not supported in: [AWS::ElasticLoadBalancingV2::ListenerRule/Properties/Actions]',
    );
  });
});
