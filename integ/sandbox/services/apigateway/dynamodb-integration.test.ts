import type { JsonObject } from '../../contracts';
import { apiTemplate, ROLE_ARN, startTestGateway, type TestGateway } from './testing';

const item = (Uri: string): JsonObject => ({
  RequestParameters: { 'method.request.path.id': true },
  Integration: {
    Type: 'AWS',
    IntegrationHttpMethod: 'POST',
    Uri,
    Credentials: ROLE_ARN,
    RequestTemplates: { 'application/json': '{"TableName":"items","Key":{"id":{"S":"$input.params(\'id\')"}}}' },
    IntegrationResponses: [
      { StatusCode: '200', ResponseTemplates: { 'application/json': '{"name":"$input.path(\'$.Item.name.S\')"}' } },
      { StatusCode: '404', SelectionPattern: '4\\d{2}' },
    ],
  },
  MethodResponses: [{ StatusCode: '200' }, { StatusCode: '404' }],
});

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway(apiTemplate({ 'GET /items/{id}': item('arn:aws:apigateway:us-east-1:dynamodb:action/GetItem') }));
});
afterAll(() => gateway.close());

test("a DynamoDB action is called in the service's JSON protocol, with the integration's role", async () => {
  gateway.answer.body = '{"Item":{"name":{"S":"Ada"}}}';
  const { status, body } = await gateway.call('GET', '/items/7');
  expect({ status, body }).toEqual({ status: 200, body: '{"name":"Ada"}' });
  expect(gateway.taken).toEqual([ROLE_ARN]);
  const [{ headers, ...sent }] = gateway.received;
  expect(sent).toMatchObject({ method: 'POST', url: '/', body: '{"TableName":"items","Key":{"id":{"S":"7"}}}' });
  expect(headers).toMatchObject({ 'x-amz-target': 'DynamoDB_20120810.GetItem', 'content-type': 'application/x-amz-json-1.0' });
  expect(headers.authorization).toContain('/us-east-1/dynamodb/aws4_request');
});

test('an error of DynamoDB selects the response by its status', async () => {
  gateway.answer.status = 400;
  expect((await gateway.call('GET', '/items/7')).status).toBe(404);
});
