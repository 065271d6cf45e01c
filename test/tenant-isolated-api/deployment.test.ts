import { readFileSync } from 'node:fs';
import { Annotations, type CfnResource, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import {
  type CfnAuthorizer,
  CfnGatewayResponse,
  type CfnMethod,
  type CfnModel,
  Deployment,
  HttpIntegration,
  type IResource,
  MockIntegration,
  RestApi,
  Stage,
} from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import { Construct, type IConstruct } from 'constructs';
import {
  ApiDomain,
  DataDestruction,
  Firewall,
  FunctionTarget,
  HttpTarget,
  Tenancy,
  TenantDirectory,
  type TenantIsolatedApi,
  type TenantIsolatedApiProps,
  TenantRole,
  Tier,
} from '../../src';
import { ingestPath, requestAuthorizer, schema } from '../buffered-ingest-path/fixtures';
import { logicalIds, templateOf, testApp, testStack } from '../synth';
import { warnings } from '../warnings';
import { bareApi, plainIssuer, rawMethod, target, tenancy } from './fixtures';

type Made = (stack: Stack) => Partial<TenantIsolatedApiProps>;
type Change = (api: TenantIsolatedApi, stack: Stack) => void;
const none: Change = () => undefined;
const ORIGINS = ['https://app.example'];

/** An API with a route of each kind and overrides, and the logical ids of its deployment. */
function platform(flags: Record<string, unknown>, props: Made = () => ({}), change: Change = none) {
  const stack = testStack({}, flags);
  const api = bareApi(stack, { allowedOrigins: ORIGINS, ...props(stack) });
  api.addRoute('GET /grades/{student}', target(stack));
  api.addRoute('GET /reports/{proxy+}', HttpTarget.of('https://reports.example'));
  api.addRoute('POST /visits', ingestPath(stack));
  change(api, stack);
  return { stack, api, template: templateOf(stack) };
}
const deployment = (...args: Parameters<typeof platform>) => logicalIds(platform(...args).template, 'AWS::ApiGateway::Deployment')[0];

const child = <T>(api: TenantIsolatedApi, path: string): T =>
  path.split('/').reduce((at, id) => at.node.findChild(id), api as IConstruct) as T;
const method = (api: TenantIsolatedApi, path: string[], verb: string): CfnMethod =>
  path.reduce((at: IResource, part) => at.getResource(part) as IResource, api.restApi.root).node.findChild(verb).node
    .defaultChild as CfnMethod;

const props: [string, Partial<TenantIsolatedApiProps>][] = [
  ['allowedOrigins', { allowedOrigins: ['https://other.example'] }],
  ['allowedOrigins, one more', { allowedOrigins: [...ORIGINS, 'https://other.example'] }],
  ['allowedOrigins, none', { allowedOrigins: [] }],
  ['authorizationCache', { authorizationCache: Duration.minutes(5) }],
  [
    'domain',
    {
      domain: ApiDomain.of(
        'api.example',
        Certificate.fromCertificateArn(testApp(), 'Certificate', 'arn:aws:acm:x:111122223333:certificate/1'),
      ),
    },
  ],
  // The name is one of the properties of the API itself, any of which makes a new deployment in the CDK.
  ['name', { name: 'other' }],
];

const changes: [string, Change][] = [
  ['a further route', (api, stack) => api.addRoute('GET /more', target(stack, 'More'))],
  ['a route of another method', (api, stack) => api.addRoute('DELETE /grades/{student}', target(stack, 'More'))],
  [
    'the cache of the authorizer, by override',
    (api) => ((api.authorizer.node.defaultChild as CfnAuthorizer).authorizerResultTtlInSeconds = 7),
  ],
  [
    'the identity source of the authorizer',
    (api) => (api.authorizer.node.defaultChild as CfnAuthorizer).addPropertyOverride('IdentitySource', 'method.request.header.X'),
  ],
  [
    'an integration, by override',
    (api) => method(api, ['reports', '{proxy+}'], 'GET').addPropertyOverride('Integration.IntegrationTarget', 'arn'),
  ],
  [
    'the time-out of an integration',
    (api) => method(api, ['grades', '{student}'], 'GET').addPropertyOverride('Integration.TimeoutInMillis', 50),
  ],
  ['whether a route needs a key', (api) => method(api, ['visits'], 'POST').addPropertyOverride('ApiKeyRequired', false)],
  ['the path of a resource', (api) => child<CfnResource>(api, 'Api/Default/grades/Resource').addPropertyOverride('PathPart', 'marks')],
  [
    'the schema of a body',
    (api) => {
      const model = api.restApi.node.children.find(({ node }) => node.id.startsWith('BodyModel'));
      (model?.node.defaultChild as CfnModel).schema = { type: 'object' };
    },
  ],
  ['what a validator checks', (api) => child<CfnResource>(api, 'Api/Validator/Resource').addPropertyOverride('ValidateRequestBody', false)],
  ['a gateway response', (api) => child<CfnGatewayResponse>(api, 'Throttled/Resource').addPropertyOverride('StatusCode', '503')],
  [
    'a gateway response more',
    (api) => new CfnGatewayResponse(api, 'More', { restApiId: api.restApi.restApiId, responseType: 'WAF_FILTERED' }),
  ],
  [
    'a policy of the API',
    (api) =>
      api.restApi.addToResourcePolicy(
        new PolicyStatement({ actions: ['execute-api:Invoke'], resources: ['*'], principals: [new AnyPrincipal()] }),
      ),
  ],
  [
    'a method that is added to the API itself',
    (api) => api.restApi.root.addMethod('GET', new MockIntegration(), { authorizer: api.authorizer, apiKeyRequired: true }),
  ],
  ['a method that is added below the constructs', (api, stack) => rawMethod(stack, api, 'AWS_IAM')],
];

const key = (stack: Stack) => Key.fromKeyArn(stack, 'Own', 'arn:aws:kms:eu-west-1:111122223333:key/own');
const otherLimits = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 1, burst: 1 }), tenancy.tiers[1]] });
const tenantRole = (stack: Stack) => {
  const opener = new Role(stack, 'Opener', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  return new TenantRole(stack, 'TenantRole', { tenancy, sessionOpeners: [opener] });
};
const destroyed: Made = (stack) => {
  DataDestruction.allow(stack);
  return { removalPolicy: RemovalPolicy.DESTROY };
};
const without: [string, Made, Change][] = [
  ['nothing', () => ({}), none],
  [
    'directory, with other limits of its tiers',
    (stack) => ({ directory: new TenantDirectory(stack, 'OtherLimits', { tenancy: otherLimits }) }),
    none,
  ],
  ['directory', (stack) => ({ directory: new TenantDirectory(stack, 'OtherDirectory', { tenancy }) }), none],
  ['issuer', (stack) => ({ issuer: plainIssuer(stack, 'OtherPool') }), none],
  ['tenantRoles', (stack) => ({ tenantRoles: [tenantRole(stack)] }), none],
  ['firewall', () => ({ firewall: Firewall.counting() }), none],
  ['encryptionKey', (stack) => ({ encryptionKey: key(stack) }), none],
  ['logRetention', () => ({ logRetention: RetentionDays.ONE_DAY }), none],
  ['removalPolicy', destroyed, none],
  ['a table beside it', () => ({}), (_, stack) => new Table(stack, 'Beside', { partitionKey: { name: 'id', type: AttributeType.STRING } })],
  ['another API beside it', () => ({}), (_, stack) => bareApi(stack, {}, 'Other').addRoute('GET /', target(stack, 'OtherFunction'))],
  [
    'the code and the memory of a function',
    () => ({}),
    (_, stack) => {
      const handler = stack.node.findChild('Function') as LambdaFunction;
      (handler.node.defaultChild as CfnResource).addPropertyOverride('MemorySize', 1_024);
    },
  ],
  [
    'the throttle of the stage',
    () => ({}),
    (api) => child<CfnResource>(api, 'Api/DeploymentStage.prod/Resource').addPropertyOverride('TracingEnabled', false),
  ],
  ['an alarm', () => ({}), (api) => api.alarms.undecided()],
];

test('every prop is in one of the two lists', () => {
  const source = readFileSync('src/tenant-isolated-api/tenant-isolated-api.ts', 'utf8');
  const declared = /interface TenantIsolatedApiProps \{(.*?)\n\}/s.exec(source)?.[1] ?? '';
  const names = [...declared.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name);
  const known = [...props, ...without].map(([name]) => name.split(',')[0]);
  expect(names.filter((name) => !known.includes(name))).toEqual([]);
  expect(names).toHaveLength(11);
});

describe.each([
  ['without any feature flag', {}],
  ['with all recommended feature flags', recommended as Record<string, unknown>],
])('%s', (_, flags) => {
  const before = deployment(flags);

  test.each(props)('a change of %s creates a new deployment', (_name, change) => {
    expect(deployment(flags, () => change)).not.toBe(before);
  });

  test.each(changes)('a change of %s creates a new deployment', (_name, change) => {
    expect(deployment(flags, undefined, change)).not.toBe(before);
  });

  test.each(without)('a change of %s creates no deployment', (_name, change, more) => {
    expect(deployment(flags, change, more)).toBe(before);
  });

  test('a deployment is created after all that it includes', () => {
    const { template } = platform(flags, undefined, (api, stack) => {
      rawMethod(stack, api, 'AWS_IAM');
    });
    const [{ DependsOn }] = Object.values(template.findResources('AWS::ApiGateway::Deployment'));
    const parts = ['Authorizer', 'GatewayResponse', 'Method', 'Model', 'RequestValidator', 'Resource'];
    expect([...DependsOn].sort()).toEqual(parts.flatMap((type) => logicalIds(template, `AWS::ApiGateway::${type}`)).sort());
  });

  test.each([
    ['the address of a service', 'https://other.example'],
    ['the path of a service', 'https://reports.example/v2'],
  ])('%s is part of the deployment', (_name, url) => {
    const made = (address: string) => {
      const stack = testStack({}, flags);
      bareApi(stack).addRoute('GET /', HttpTarget.of(address));
      return logicalIds(templateOf(stack), 'AWS::ApiGateway::Deployment')[0];
    };
    expect(made(url)).not.toBe(made('https://reports.example'));
    expect(made(url)).toBe(made(url));
  });
});

describe('an ingest path on another RestApi', () => {
  const made = (change: (authorizer: CfnAuthorizer, stack: Stack) => void = () => undefined) => {
    const stack = testStack();
    const authorizer = requestAuthorizer(stack);
    const api = new RestApi(stack, 'Api', { cloudWatchRole: false });
    ingestPath(stack).addRoute(api.root, 'POST', { authorizer });
    change(authorizer.node.defaultChild as CfnAuthorizer, stack);
    return logicalIds(templateOf(stack), 'AWS::ApiGateway::Deployment')[0];
  };

  test('is deployed again when its authorizer changes', () => {
    expect(made((authorizer) => (authorizer.authorizerResultTtlInSeconds = 9))).not.toBe(made());
    expect(made()).toBe(made());
  });
});

describe('a route of an API that another app deploys', () => {
  const ID = 'cdk-andamio:routeNotDeployed';
  const imported = (stack: Stack) => RestApi.fromRestApiAttributes(stack, 'Imported', { restApiId: 'a1b2c3d4e5', rootResourceId: 'root' });
  const handler = (stack: Stack) =>
    new LambdaFunction(stack, 'Handler', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('0') });
  const targets: [string, (stack: Stack) => { addRoute: FunctionTarget['addRoute'] }, string][] = [
    ['an ingest path', (stack) => ingestPath(stack), 'POST'],
    ['a function', (stack) => FunctionTarget.of(handler(stack)), 'GET'],
    ['a function, permitted by route', (stack) => FunctionTarget.permittedByRoute(handler(stack)), 'GET'],
    ['a service', () => HttpTarget.of('https://reports.example'), 'GET'],
  ];

  test.each(targets)('causes a warning that its owner must deploy it: %s', (_, make, verb) => {
    const stack = testStack();
    make(stack).addRoute(imported(stack).root.addResource('visits'), verb, { authorizer: requestAuthorizer(stack) });
    templateOf(stack);
    expect(warnings(stack)).toEqual([expect.stringContaining(`${verb} /visits is added to an API that nothing in this app deploys`)]);
    expect(warnings(stack)[0]).toContain('each later change of it needs another deployment');
    expect(warnings(stack)[0]).toContain(`[ack: ${ID}]`);
  });

  test('causes no warning if the app acknowledges it', () => {
    const stack = testStack();
    const method = ingestPath(stack).addRoute(imported(stack).root, 'POST', { authorizer: requestAuthorizer(stack) });
    Annotations.of(method).acknowledgeWarning(ID, 'The pipeline of the portal deploys it after this stack');
    templateOf(stack);
    expect(warnings(stack)).toEqual([]);
  });

  test.each(['before', 'after'])('is deployed by a deployment of this app that is created %s it, after every change', (when) => {
    const made = (options: Parameters<typeof ingestPath>[1] = {}) => {
      const stack = testStack();
      // The order of the tree is that in which validations are asked.
      const parts = [new Construct(stack, 'First'), new Construct(stack, 'Second')];
      const [ofDeployment, ofApi] = when === 'before' ? parts : parts.reverse();
      const restApiId = 'a1b2c3d4e5';
      const api = RestApi.fromRestApiAttributes(ofApi, 'Imported', { restApiId, rootResourceId: 'root' });
      const deployed = RestApi.fromRestApiId(ofDeployment, 'Imported', restApiId);
      new Stage(stack, 'Stage', { deployment: new Deployment(ofDeployment, 'Deployment', { api: deployed }) });
      ingestPath(stack, options).addRoute(api.root.addResource('visits'), 'POST', { authorizer: requestAuthorizer(stack) });
      const template = templateOf(stack);
      expect(warnings(stack)).toEqual([]);
      const [[id, { DependsOn }]] = Object.entries(template.findResources('AWS::ApiGateway::Deployment'));
      const all = ['Method', 'Model', 'RequestValidator', 'Resource'].flatMap((type) => logicalIds(template, `AWS::ApiGateway::${type}`));
      expect(DependsOn).toEqual(expect.arrayContaining(all));
      return id;
    };
    const student = { ...schema.properties?.student, maxLength: 9 };
    expect(made({ schema: { ...schema, properties: { student } } })).not.toBe(made());
    expect(made()).toBe(made());
  });

  test('the same applies to an API with deploy: false', () => {
    const stack = testStack();
    const api = new RestApi(stack, 'Api', { deploy: false, cloudWatchRole: false });
    ingestPath(stack).addRoute(api.root, 'POST', { authorizer: requestAuthorizer(stack) });
    templateOf(stack);
    expect(warnings(stack)).toEqual([expect.stringContaining('POST / is added to an API that nothing in this app deploys')]);
  });
});

describe('a RestApi without routes of the library', () => {
  const nothing = () => undefined;
  const library = (stack: Stack) => {
    bareApi(stack, {}, 'Other').addRoute('GET /grades/{student}', target(stack));
    const other = new RestApi(stack, 'WithRoute', { cloudWatchRole: false });
    ingestPath(stack).addRoute(other.root, 'POST', { authorizer: requestAuthorizer(stack) });
  };
  /** The resources of a plain RestApi with its authorizer, after a change of the authorizer, next to other constructs of its stack. */
  const plain = (beside: (stack: Stack) => void, change: (authorizer: CfnAuthorizer) => void = nothing) => {
    const stack = testStack();
    const authorizer = requestAuthorizer(stack, 'PlainAuthorizer');
    const api = new RestApi(stack, 'Plain', { cloudWatchRole: false });
    api.root.addMethod('GET', new HttpIntegration('https://reports.example'), { authorizer });
    change(authorizer.node.defaultChild as CfnAuthorizer);
    beside(stack);
    const resources = templateOf(stack).toJSON().Resources as Record<string, unknown>;
    return Object.fromEntries(Object.entries(resources).filter(([id]) => id.startsWith('Plain')));
  };
  const deployments = (resources: Record<string, unknown>) => Object.keys(resources).filter((id) => /^PlainDeployment(?!Stage)/.test(id));

  test('has the same resources with and without an API and an ingest path of the library in its stack', () => {
    const alone = plain(nothing);
    expect(deployments(alone)).toHaveLength(1);
    expect(plain(library)).toEqual(alone);
  });

  test('is deployed as the CDK deploys it: a change of its authorizer creates no deployment', () => {
    const changed = plain(library, (authorizer) => (authorizer.authorizerResultTtlInSeconds = 9));
    expect(changed).not.toEqual(plain(library));
    expect(deployments(changed)).toEqual(deployments(plain(library)));
  });
});
