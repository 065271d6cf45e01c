import { Duration, Lazy, RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Firewall, Tenancy, TenantDirectory, type TenantIsolatedApiProps, Tier } from '../../src';
import { testStack } from '../synth';
import { bareApi, plainIssuer, target, tenancy } from './fixtures';

test.each<[Partial<TenantIsolatedApiProps>, string]>([
  [
    { allowedOrigins: ['*'] },
    'Test/Api: allowedOrigins[0] is "*"; it must be one origin, https://… or http://localhost…, without a path: never *',
  ],
  [
    { allowedOrigins: ['https://a.example', 'https://b.example/'] },
    'Test/Api: allowedOrigins[1] is "https://b.example/"; it must be one origin',
  ],
  [{ allowedOrigins: ["https://a.example' || true || '"] }, 'it must be one origin'],
  [{ allowedOrigins: ['http://a.example'] }, 'it must be one origin'],
  [{ allowedOrigins: [Lazy.string({ produce: () => 'x' })] }, 'Test/Api: allowedOrigins[0] is <token>; it must be known at synthesis'],
  [
    { authorizationCache: Duration.minutes(61) },
    'Test/Api: authorizationCache is Duration.minutes(61); it must be whole seconds, at most 3600',
  ],
  [{ authorizationCache: Duration.millis(1_500) }, 'it must be whole seconds, at most 3600'],
  [{ removalPolicy: RemovalPolicy.DESTROY }, 'Test/Api: removalPolicy is "DESTROY"; it must be RETAIN, or a scope above must allow'],
])('%j is refused with: %s', (props, message) => {
  expect(() => bareApi(testStack(), props)).toThrow(message);
});

test('a directory of another tenancy is refused', () => {
  const stack = testStack();
  const other = new Tenancy({ tenant: 'shop', tiers: [Tier.of('standard', { rate: 1, burst: 1 })] });
  const directory = new TenantDirectory(stack, 'Shops', { tenancy: other });
  expect(() => bareApi(stack, { directory })).toThrow('Test/Api: directory.tenancy.tenant is "shop"; it must be school, as of this API');
});

test('a directory that holds the keys of another API is refused', () => {
  const stack = testStack();
  const directory = new TenantDirectory(stack, 'Directory', { tenancy });
  bareApi(stack, { directory }, 'One');
  expect(() => bareApi(stack, { directory }, 'Two')).toThrow(
    'Test/Two: directory is <construct Test/Directory>; it must be of one API, and it holds the keys of Test/One',
  );
});

test('an issuer without clients is refused', () => {
  const stack = testStack();
  const issuer = { ...plainIssuer(stack), clients: [] };
  expect(() => bareApi(stack, { issuer })).toThrow('Test/Api: issuer.clients is []; it must name the app clients whose tokens let in');
});

test.each([9, 2_000_000_001, 10.5])('a rate of %d for each address is refused', (requestsPerAddress) => {
  expect(() => Firewall.blocking({ requestsPerAddress })).toThrow('it must be a whole number from 10 to 2000000000');
  expect(() => Firewall.counting({ requestsPerAddress })).toThrow('it must be a whole number from 10 to 2000000000');
});

test.each(['', 'web-acl', 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/0'])('the web ACL %j is refused', (arn) => {
  expect(() => Firewall.external(arn)).toThrow('it must be the ARN of a regional web ACL');
});

test.each([
  ['GET', "it must be a method, a blank and a path that begins with /: 'POST /visits'"],
  ['GET visits', 'it must be a method, a blank and a path that begins with /'],
  ['GET /visits now', 'it must be a method, a blank and a path that begins with /'],
  ['get /visits', 'it must begin with ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'],
  ['FETCH /visits', 'it must begin with ANY'],
  ['GET /visits/', 'it must have no empty part and no / at its end'],
  ['GET //visits', 'it must have no empty part'],
  ['GET /vis its', 'it must be a method, a blank and a path'],
  ['GET /visits/a{b}', 'it must have parts of letters, digits, . _ - and :, or {a-variable}, and a{b} is none'],
  ['GET /visits/{}', 'and {} is none'],
  ['GET /{proxy+}/visits', 'it must end with {proxy+}: nothing can follow what takes the whole rest'],
  ['GET /a/{id}/b/{id}', 'it must name its variables differently, and {id} is there twice'],
])('the route %j is refused: %s', (route, message) => {
  const stack = testStack();
  expect(() => bareApi(stack).route(route, target(stack))).toThrow(message);
});

test('a route that is only known at deployment is refused', () => {
  const stack = testStack();
  expect(() => bareApi(stack).route(Lazy.string({ produce: () => 'GET /a' }), target(stack))).toThrow(
    'Test/Api: route is <token>; it must be known at synthesis',
  );
});

test('two targets on one method and path are refused, and nothing is added', () => {
  const stack = testStack();
  const api = bareApi(stack);
  const handler = target(stack);
  api.route('GET /a', handler);
  expect(() => api.route('GET /a', handler)).toThrow(
    'Test/Api: route is "GET /a"; it must lead to one target, and it leads to one already',
  );
});

test('two variables of different names in one place are refused', () => {
  const stack = testStack();
  const api = bareApi(stack);
  const handler = target(stack);
  api.route('GET /students/{student}', handler);
  expect(() => api.route('GET /students/{id}/grades', handler)).toThrow(
    'Test/Api: route is "GET /students/{id}/grades"; it must have {student} in place of {id}, as in GET /students/{student}',
  );
});

test('a route of OPTIONS is refused where the API answers preflights', () => {
  const stack = testStack();
  const api = bareApi(stack, { allowedOrigins: ['https://app.example'] });
  expect(() => api.route('OPTIONS /a', target(stack))).toThrow(
    'Test/Api: route is "OPTIONS /a"; it must be another method: browsers are answered for allowedOrigins',
  );
});

test('an API without a route is an error at synthesis', () => {
  const stack = testStack();
  bareApi(stack);
  expect(() => Template.fromStack(stack)).toThrow("[Test/Api/Api] The REST API doesn't contain any methods");
});
