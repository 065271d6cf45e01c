import { JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import { IngestKeys } from '../../src';
import { templateOf, testStack } from '../synth';
import { ingestPath, restApi, schema } from './fixtures';

const stack = testStack();
const { api, authorizer } = restApi(stack);
ingestPath(stack).addRoute(api.root.addResource('visits'), 'POST', { authorizer, tenantContextKey: 'school', apiKeyRequired: true });
const template = templateOf(stack);
const [method] = Object.values(template.findResources('AWS::ApiGateway::Method')).map(({ Properties }) => Properties);

test('a route has the authorizer and needs an API key, and the body is validated first', () => {
  expect(method).toMatchObject({ HttpMethod: 'POST', AuthorizationType: 'CUSTOM', ApiKeyRequired: true });
  const [validator] = Object.entries(template.findResources('AWS::ApiGateway::RequestValidator'));
  expect(method.RequestValidatorId).toEqual({ Ref: validator[0] });
  expect(validator[1].Properties).toMatchObject({ ValidateRequestBody: true, ValidateRequestParameters: false });
  const [model] = Object.entries(template.findResources('AWS::ApiGateway::Model'));
  expect(method.RequestModels).toEqual({ 'application/json': { Ref: model[0] } });
  expect(model[1].Properties.Schema).toMatchObject({ $schema: 'http://json-schema.org/draft-04/schema#', ...schema });
});

test('a request becomes a form-encoded call to the queue, and content of any other type is rejected', () => {
  expect(method.Integration).toMatchObject({
    Type: 'AWS',
    IntegrationHttpMethod: 'POST',
    PassthroughBehavior: 'NEVER',
    RequestParameters: { 'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'" },
  });
  expect(Object.keys(method.Integration.RequestTemplates)).toEqual(['application/json']);
  expect(method.Integration.RequestTemplates['application/json']).toContain('"$!context.authorizer.school"');
  expect(JSON.stringify(method.Integration.Uri)).toMatch(/:sqs:path\/.*VisitsQueue[0-9A-F]+","QueueName"/);
});

test('the template reads each text that becomes part of a key, except those with an enum in the schema', () => {
  const stack = testStack();
  const other = restApi(stack);
  const text = { type: JsonSchemaType.STRING, minLength: 1, maxLength: 9 };
  const number = { type: JsonSchemaType.INTEGER, minimum: 0, maximum: 9 };
  const who = { type: JsonSchemaType.OBJECT, required: ['id'], properties: { id: text } };
  const kind = { type: JsonSchemaType.STRING, enum: ['a', 'b'] };
  const path = ingestPath(stack, {
    schema: { type: JsonSchemaType.OBJECT, required: ['who', 'n', 'kind', 'x'], properties: { who, n: number, kind, x: text } },
    keys: IngestKeys.of({
      partitionKey: '{tenant}#{body.who.id}#{body.n}#{body.kind}',
      sortKey: '{idempotencyKey}',
      attributes: { again: '{tenant}#{body.x}#{body.who.id}' },
    }),
  });
  path.addRoute(other.api.root.addResource('visits'), 'POST', { authorizer: other.authorizer });
  const [{ Properties }] = Object.values(templateOf(stack).findResources('AWS::ApiGateway::Method'));
  const read = [
    ...Properties.Integration.RequestTemplates['application/json'].matchAll(/input\.path\('\$'\)([^)]*\)(?:\.get\([^)]*\))*)/g),
  ];
  expect(read.map(([, names]) => names)).toEqual([".get('who').get('id')", ".get('x')"]);
});

test('responses are 202, 400 and, for errors that the caller did not cause, 503; none contains text from SQS', () => {
  const responses: Record<string, unknown>[] = method.Integration.IntegrationResponses;
  expect(responses.map(({ StatusCode, SelectionPattern }) => [StatusCode, SelectionPattern])).toEqual([
    ['202', '2\\d{2}'],
    ['400', '400'],
    ['503', undefined],
  ]);
  expect(JSON.stringify(responses)).not.toMatch(/integration\.response/);
  expect(responses[2].ResponseParameters).toEqual({ 'method.response.header.Retry-After': "'5'" });
  expect(method.MethodResponses).toEqual([
    { StatusCode: '202' },
    { StatusCode: '400', ResponseParameters: { 'method.response.header.Retry-After': true } },
    { StatusCode: '503', ResponseParameters: { 'method.response.header.Retry-After': true } },
  ]);
});

test('a change of the path creates a new deployment of the API', () => {
  const changed = testStack();
  const other = restApi(changed);
  ingestPath(changed).addRoute(other.api.root.addResource('visits'), 'POST', { authorizer: other.authorizer, tenantContextKey: 'other' });
  const deployment = (from: typeof template) => Object.keys(from.findResources('AWS::ApiGateway::Deployment'));
  expect(deployment(templateOf(changed))).not.toEqual(deployment(template));
});
