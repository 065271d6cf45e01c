import { Annotations, type App, CfnResource, Duration, Lazy, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AuthorizationType, type IRestApi, LambdaIntegration, MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import {
  AccessTokenIssuer,
  type AccessTokenIssuerOptions,
  Firewall,
  Tenancy,
  TenantDirectory,
  type TenantIsolatedApi,
  type TenantIsolatedApiProps,
  TenantTable,
  TenantUserPool,
  Tier,
} from '../../src';
import { ingestPath } from '../buffered-ingest-path/fixtures';
import { templateOf, testStack } from '../synth';
import { warnings } from '../warnings';
import { bareApi, plainIssuer, rawMethod, target, tenancy, tenantApi } from './fixtures';

const LAMBDA = { runtime: Runtime.NODEJS_LATEST, handler: 'index.handler', code: Code.fromInline('exports.handler = () => {};') };

test.each<[Partial<TenantIsolatedApiProps>, string]>([
  [
    { allowedOrigins: ['*'] },
    'Test/Api: invalid allowedOrigins[0] "*": expected an origin without a path, https://… or http://localhost…, and never *',
  ],
  [
    { allowedOrigins: ['https://a.example', 'https://b.example/'] },
    'Test/Api: invalid allowedOrigins[1] "https://b.example/": expected an origin',
  ],
  [{ allowedOrigins: ["https://a.example' || true || '"] }, 'expected an origin'],
  [{ allowedOrigins: ['http://a.example'] }, 'expected an origin'],
  [
    { allowedOrigins: [Lazy.string({ produce: () => 'x' })] },
    'Test/Api: invalid allowedOrigins[0] <token>: expected a value that is known at synthesis',
  ],
  [
    { authorizationCache: Duration.minutes(61) },
    'Test/Api: invalid authorizationCache Duration.minutes(61): expected whole seconds between 0 minutes and 60 minutes',
  ],
  [{ authorizationCache: Duration.millis(1_500) }, 'expected whole seconds between 0 seconds and 1 hour'],
  [{ name: 'my logs' }, 'Test/Api: invalid name "my logs": expected 1 to 64 letters, digits, dots, hyphens and underscores'],
  [{ removalPolicy: RemovalPolicy.DESTROY }, 'Test/Api: invalid removalPolicy "DESTROY": expected RETAIN, or DataDestruction.allow('],
])('%j is rejected with: %s', (props, message) => {
  const stack = testStack();
  expect(() => synthesized(stack, () => tenantApi(stack, props))).toThrow(message);
});

test('all problems are reported together, with those of other constructs', () => {
  const stack = testStack();
  const allowedOrigins = ['*', 'https://good.example', 'http://bad.example'];
  const issuer = { ...plainIssuer(stack), clients: [] };
  tenantApi(stack, { issuer, allowedOrigins, authorizationCache: Duration.hours(2), name: 'my logs' });
  ingestPath(stack, { batchSize: 0, maxConcurrency: 1, retention: Duration.days(15) });
  const message = messageOf(() => Template.fromStack(stack));
  for (const name of ['issuer.clients', 'name', 'authorizationCache', 'allowedOrigins[0]', 'allowedOrigins[2]']) {
    expect(message).toContain(`Test/Api: invalid ${name} `);
  }
  for (const name of ['batchSize', 'maxConcurrency', 'retention']) expect(message).toContain(`Test/Visits: invalid ${name} `);
  expect(message).not.toContain('allowedOrigins[1]');
});

/** Problems with props are reported at synthesis. */
function synthesized(stack: Stack, make: () => void): void {
  make();
  Template.fromStack(stack);
}

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

test('a directory that belongs to another API is an error', () => {
  const stack = testStack();
  const directory = new TenantDirectory(stack, 'Directory', { tenancy });
  bareApi(stack, { directory }, 'One');
  expect(() => bareApi(stack, { directory }, 'Two')).toThrow(
    'Test/Two: invalid directory <construct Test/Directory>: expected a directory of its own: this one holds the keys of Test/One',
  );
});

describe('a user pool whose tokens the API would reject is an error', () => {
  const tiersOf = (...names: string[]) => names.map((name) => Tier.of(name, { rate: 1, burst: 1 }));
  const school = (...names: string[]) => Tenancy.of('school', { tiers: tiersOf(...names) });
  const callbackUrls = ['https://app.example'];

  function made(ofPool: Tenancy, ofApi: Tenancy, options: { other?: boolean; plain?: Partial<AccessTokenIssuerOptions> } = {}) {
    const stack = testStack();
    // A table that is imported twice can be declared with two tenancies.
    const encryptionKey = new Key(stack, 'Key');
    const attributes = { tableArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/directory', encryptionKey };
    const of = (id: string, tenancy: Tenancy) => TenantDirectory.fromTenantDirectoryAttributes(stack, id, { ...attributes, tenancy });
    const directory = of('Directory', ofApi);
    const ofUsers = options.other === true ? new TenantDirectory(stack, 'Other', { tenancy: ofPool }) : of('OfUsers', ofPool);
    const users = new TenantUserPool(stack, 'Users', { directory: ofUsers, callbackUrls });
    const { tenantClaim, tierClaim, clients } = users;
    const issuer =
      options.plain === undefined
        ? users
        : AccessTokenIssuer.fromUserPool(users.userPool, { clients, tenantClaim, tierClaim, ...options.plain });
    return () => synthesized(stack, () => tenantApi(stack, { directory, issuer }));
  }

  test.each([undefined, {}])('a tier that the API does not have (issuer %j)', (plain) => {
    expect(made(school('standard', 'premium'), school('standard'), { plain })).toThrow(
      'Test/Api: invalid directory.tenancy.tiers ["standard"]: expected premium among them, as in Test/Users: the API rejects tokens of a tier that it does not have',
    );
  });

  test('a tier that the pool does not have', () => {
    expect(made(school('standard'), school('standard', 'premium'))).toThrow(
      'Test/Api: invalid directory.tenancy.tiers ["standard", "premium"]: expected no premium, as in Test/Users [standard]: no user of that tier gets a token',
    );
  });

  test('another directory', () => {
    expect(made(school('standard'), school('standard'), { other: true })).toThrow(
      'Test/Api: invalid directory <construct Test/Directory>: expected Test/Other, as in Test/Users: its tokens are made from that directory',
    );
  });

  test.each(['tenantClaim', 'tierClaim'] as const)('another %s', (claim) => {
    expect(made(school('standard'), school('standard'), { plain: { [claim]: 'custom:other' } })).toThrow(
      `Test/Api: invalid issuer.${claim} "custom:other": expected custom:${claim === 'tierClaim' ? 'tier' : 'school_id'}, the claim in the tokens of that pool`,
    );
  });

  test('tiers with other limits or in another order are the same tiers', () => {
    expect(made(school('standard', 'premium'), school('premium', 'standard'), { plain: {} })).not.toThrow();
  });

  test('nothing is checked for other user pools', () => {
    const stack = testStack();
    expect(() => bareApi(stack, { issuer: plainIssuer(stack) })).not.toThrow();
  });
});

test('a route to a table of another tenancy is an error, because both may use the same ids', () => {
  const stack = testStack();
  const shops = Tenancy.of('shop', { tiers: [Tier.of('standard', { rate: 1, burst: 1 })] });
  const visits = ingestPath(stack, { destination: new TenantTable(stack, 'Data', { tenancy: shops }) });
  expect(() => bareApi(stack).addRoute('POST /visits', visits)).toThrow(
    'Test/Visits: invalid options.tenantNoun "school": expected shop, the tenancy of the path: two tenancies may use the same ids',
  );
});

describe.each([
  ['without any feature flag', {}],
  ['with all recommended feature flags', recommended as Record<string, unknown>],
])('a method without `addRoute`, %s', (_flags, flags) => {
  const integration = new MockIntegration();
  const said = (add: (api: TenantIsolatedApi, stack: Stack) => void) => {
    const stack = testStack({}, flags);
    const api = bareApi(stack, { allowedOrigins: ['https://app.example'] });
    api.addRoute('GET /grades', target(stack));
    add(api, stack);
    templateOf(stack);
    return warnings(stack);
  };

  test('without an authorizer is a warning', () => {
    const [text, ...others] = said((api) => api.restApi.root.addResource('status').addMethod('GET', integration));
    expect(text).toMatch(
      /^Test\/Api\/Api\/Default\/status\/GET: GET \/status has no authorizer: anyone may call it, .*acknowledgeWarning\('cdk-andamio:methodWithoutAuthorizer'/,
    );
    expect(others).toEqual([]);
  });

  test('as an L1 construct, too', () => {
    const [text] = said((api, stack) => rawMethod(stack, api, 'NONE'));
    expect(text).toContain('Test/Raw: PUT has no authorizer');
  });

  test('as a generic CfnResource, too', () => {
    const [text] = said((api, stack) => {
      const properties = {
        RestApiId: api.restApi.restApiId,
        ResourceId: api.restApi.root.resourceId,
        HttpMethod: 'PUT',
        AuthorizationType: 'NONE',
      };
      new CfnResource(stack, 'Raw', { type: 'AWS::ApiGateway::Method', properties });
    });
    expect(text).toContain('Test/Raw: PUT has no authorizer');
  });

  const inStack = (place: (stack: Stack) => Stack, add: (imported: IRestApi, api: TenantIsolatedApi, place: Stack) => void) => {
    const stack = testStack({}, flags);
    const api = bareApi(stack);
    api.addRoute('GET /grades', target(stack));
    const other = place(stack);
    const { restApiId, restApiRootResourceId: rootResourceId } = api.restApi;
    add(RestApi.fromRestApiAttributes(other, 'Imported', { restApiId, rootResourceId }), api, other);
    (stack.node.root as App).synth();
    return warnings(stack).filter((text) => !text.includes('cross-stack'));
  };
  const another = (stack: Stack) => new Stack(stack.node.root as App, 'Another');

  test('in another stack causes warnings about the authorizer and the deployment', () => {
    const texts = inStack(another, ({ root }) => root.addMethod('GET', integration));
    expect(texts).toEqual([
      expect.stringContaining('Another/Imported/Default/GET: GET / has no authorizer'),
      expect.stringMatching(
        /Another\/Imported\/Default\/GET: GET \/ is added in Another, after Test has deployed the API\..*routeNotDeployed/,
      ),
    ]);
  });

  test('of an ingest path in another stack causes a warning, but no circular dependency', () => {
    const texts = inStack(another, ({ root }, api, place) => {
      ingestPath(place).addRoute(root, 'POST', { authorizer: api.authorizer, apiKeyRequired: true });
    });
    expect(texts).toEqual([expect.stringContaining('POST / is added in Another, after Test has deployed the API')]);
  });

  test('in a nested stack is deployed with the API, and its authorizer is recognized', () => {
    const nested = (stack: Stack) => new NestedStack(stack, 'Nested');
    const texts = inStack(nested, ({ root }, api) => root.addMethod('GET', integration, { authorizer: api.authorizer }));
    expect(texts).toEqual([expect.stringContaining('GET / needs no API key')]);
  });

  test('with the authorizer but without an API key is a warning, because neither rates nor suspensions apply', () => {
    const [text] = said((api) => api.restApi.root.addMethod('GET', integration, { authorizer: api.authorizer }));
    expect(text).toContain('Test/Api/Api/Default/GET: GET / needs no API key');
    expect(text).toContain('[ack: cdk-andamio:methodWithoutKey]');
  });

  test('of an ingest path without an API key, too', () => {
    const texts = said((api, stack) => ingestPath(stack).addRoute(api.restApi.root, 'POST', { authorizer: api.authorizer }));
    expect(texts).toEqual([expect.stringContaining('POST / needs no API key')]);
  });

  test.each<[string, (api: TenantIsolatedApi, stack: Stack) => void]>([
    ['none', () => undefined],
    ['one with both', (api) => api.restApi.root.addMethod('GET', integration, { authorizer: api.authorizer, apiKeyRequired: true })],
    ['one by signature', (api) => api.restApi.root.addMethod('GET', integration, { authorizationType: AuthorizationType.IAM })],
    ['a preflight', (api) => api.restApi.root.addCorsPreflight({ allowOrigins: ['https://app.example'] })],
    [
      'one that is acknowledged',
      (api) => {
        const method = api.restApi.root.addMethod('GET', integration);
        Annotations.of(method).acknowledgeWarning('cdk-andamio:methodWithoutAuthorizer', 'The load balancer asks it whether the API is up');
      },
    ],
  ])('no warning: %s', (_, add) => {
    expect(said(add)).toEqual([]);
  });

  test('for OPTIONS with a function is a warning', () => {
    const [text] = said((api, stack) =>
      api.restApi.root.addMethod(
        'OPTIONS',
        new LambdaIntegration(
          new LambdaFunction(stack, 'Fn', { runtime: Runtime.NODEJS_24_X, handler: 'i.h', code: Code.fromInline('0') }),
        ),
      ),
    );
    expect(text).toContain('OPTIONS / has no authorizer');
  });
});

test('an issuer without clients is an error', () => {
  const stack = testStack();
  const issuer = { ...plainIssuer(stack), clients: [] };
  expect(() => synthesized(stack, () => tenantApi(stack, { issuer }))).toThrow(
    'Test/Api: invalid issuer.clients []: expected at least one app client whose tokens are accepted',
  );
});

test.each([9, 2_000_000_001, 10.5])('a rate of %d for each address is an error', (requestsPerAddress) => {
  expect(() => Firewall.blocking({ requestsPerAddress })).toThrow('expected a whole number from 10 to 2000000000');
  expect(() => Firewall.counting({ requestsPerAddress })).toThrow('expected a whole number from 10 to 2000000000');
});

test.each(['', 'web-acl', 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/0'])('the web ACL %j is rejected', (arn) => {
  expect(() => Firewall.fromWebAclArn(arn)).toThrow('expected the ARN of a regional web ACL');
});

test.each([
  ['GET', "expected a method, a space and a path that begins with /: 'POST /visits'"],
  ['GET visits', 'expected a method, a space and a path that begins with /'],
  ['GET /visits now', 'expected a method, a space and a path that begins with /'],
  ['get /visits', 'expected one of the methods ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'],
  ['FETCH /visits', 'expected one of the methods ANY'],
  ['GET /visits/', 'expected a path without empty parts and without / at its end'],
  ['GET //visits', 'expected a path without empty parts'],
  ['GET /vis its', 'expected a method, a space and a path'],
  ['GET /visits/a{b}', 'expected path parts of letters, digits, . _ - and :, or a variable in braces: a{b} is neither'],
  ['GET /visits/{}', ': {} is neither'],
  ['GET /{proxy+}/visits', 'expected {proxy+} at the end of the path: it matches the whole rest'],
  [
    'GET /patients/:id',
    'Test/Api: invalid route "GET /patients/:id": expected {id} instead of :id: API Gateway has path variables in braces',
  ],
  ['GET /patients/:id/visits', 'expected {id} instead of :id'],
  ['GET /patients/<id>', 'expected {id} instead of <id>'],
  ['GET /patients/<int:id>', 'expected {id} instead of <int:id>'],
  ['GET /patients/[id]', 'expected {id} instead of [id]'],
  ['GET /patients/$id', 'expected {id} instead of $id'],
  ['GET /files/*', 'expected {proxy+} instead of *'],
  ['GET /a/{id}/b/{id}', 'expected different variables: {id} is used twice'],
])('the route %j is rejected: %s', (route, message) => {
  const stack = testStack();
  expect(() => bareApi(stack).addRoute(route, target(stack))).toThrow(message);
});

test('a function itself as the target is an error in JavaScript', () => {
  const stack = testStack();
  const api = bareApi(stack);
  const untyped = api as unknown as { addRoute(route: string, target: unknown): void };
  expect(() => untyped.addRoute('GET /grades', new LambdaFunction(stack, 'Grades', LAMBDA))).toThrow(
    "Test/Api: invalid target of 'GET /grades' <construct Test/Grades>: expected an ingest path, FunctionTarget.of(function)",
  );
  expect(() => untyped.addRoute('GET /grades', undefined)).toThrow("Test/Api: missing target of 'GET /grades'");
});

test('a route that is only known at deployment is rejected', () => {
  const stack = testStack();
  expect(() => bareApi(stack).addRoute(Lazy.string({ produce: () => 'GET /a' }), target(stack))).toThrow(
    'Test/Api: invalid route <token>: expected a value that is known at synthesis',
  );
});

test('two targets for one method and path are an error, and nothing is added', () => {
  const stack = testStack();
  const api = bareApi(stack);
  const handler = target(stack);
  api.addRoute('GET /a', handler);
  expect(() => api.addRoute('GET /a', handler)).toThrow('Test/Api: invalid route "GET /a": expected a route that is not yet defined');
});

test('two different variable names in one position are an error', () => {
  const stack = testStack();
  const api = bareApi(stack);
  const handler = target(stack);
  api.addRoute('GET /students/{student}', handler);
  expect(() => api.addRoute('GET /students/{id}/grades', handler)).toThrow(
    'Test/Api: invalid route "GET /students/{id}/grades": expected {student} instead of {id}, as in GET /students/{student}',
  );
});

test('a route for OPTIONS is an error if the API has allowedOrigins', () => {
  const stack = testStack();
  const api = bareApi(stack, { allowedOrigins: ['https://app.example'] });
  expect(() => api.addRoute('OPTIONS /a', target(stack))).toThrow(
    'Test/Api: invalid route "OPTIONS /a": expected another method: with allowedOrigins, the API itself responds to OPTIONS, for CORS preflight requests',
  );
});

test('an API without a route is an error at synthesis', () => {
  const stack = testStack();
  bareApi(stack);
  expect(() => Template.fromStack(stack)).toThrow(
    "Test/Api: missing routes: expected at least one, because API Gateway cannot deploy an API without methods: api.addRoute('GET /…', target)",
  );
});
