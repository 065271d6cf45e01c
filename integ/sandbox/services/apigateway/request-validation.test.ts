import { apiTemplate, echo, startTestGateway, type TestGateway } from './testing';

let gateway: TestGateway;
beforeAll(async () => {
  const ofApi = { RestApiId: { Ref: 'Api' } };
  const schema = (properties: object) => ({ $schema: 'http://json-schema.org/draft-04/schema#', ...properties });
  gateway = await startTestGateway(
    apiTemplate(
      {
        'POST /body': echo('ok', {
          RequestValidatorId: { Ref: 'Body' },
          RequestModels: { 'application/json': { Ref: 'Visit' }, 'application/vnd.visits+json': { Ref: 'Visits' } },
        }),
        'POST /any': echo('ok', { RequestValidatorId: { Ref: 'Body' }, RequestModels: { $default: { Ref: 'Visit' } } }),
        'GET /parameters/{id}': echo('ok', {
          RequestValidatorId: { Ref: 'Parameters' },
          RequestParameters: {
            'method.request.path.id': true,
            'method.request.querystring.from': true,
            'method.request.header.X-School': true,
            'method.request.querystring.optional': false,
          },
        }),
        'POST /unchecked': echo('ok', { RequestModels: { 'application/json': { Ref: 'Visit' } } }),
      },
      {
        Body: { Type: 'AWS::ApiGateway::RequestValidator', Properties: { ...ofApi, ValidateRequestBody: true } },
        Parameters: { Type: 'AWS::ApiGateway::RequestValidator', Properties: { ...ofApi, ValidateRequestParameters: true } },
        Visit: {
          Type: 'AWS::ApiGateway::Model',
          Properties: {
            ...ofApi,
            Name: 'Visit',
            ContentType: 'application/json',
            Schema: schema({
              type: 'object',
              required: ['pupil'],
              properties: { pupil: { type: 'string', maxLength: 5 }, age: { type: 'integer', minimum: 5, exclusiveMinimum: true } },
            }),
          },
        },
        Visits: {
          Type: 'AWS::ApiGateway::Model',
          Properties: {
            ...ofApi,
            Name: 'Visits',
            ContentType: 'application/json',
            Schema: schema({
              type: 'array',
              items: { $ref: { 'Fn::Sub': 'https://apigateway.amazonaws.com/restapis/${Api}/models/Visit' } },
            }),
          },
        },
      },
    ),
  );
});
afterAll(() => gateway.close());

const post = async (path: string, body: string, type?: string) =>
  (await gateway.call('POST', path, { body, headers: type === undefined ? {} : { 'Content-Type': type } })).status;

describe('request validation', () => {
  test('a body that does not match the model is rejected without a reason', async () => {
    const reply = await gateway.call('POST', '/body', { body: '{"pupil":"too long"}', headers: { 'Content-Type': 'application/json' } });
    expect([reply.status, reply.body]).toEqual([400, '{"message":"Invalid request body"}']);
    expect(reply.headers['x-amzn-errortype']).toBe('BadRequestException');
    expect(await post('/body', '{"pupil":"ann"}', 'application/json')).toBe(200);
  });

  test('a body that is not JSON is an invalid body', async () => {
    expect(await post('/body', '{"pupil":', 'application/json')).toBe(400);
  });

  test('an empty body is validated as an empty object', async () => {
    expect(await post('/body', '', 'application/json')).toBe(400);
  });

  test('schemas are draft 4: exclusiveMinimum is a boolean', async () => {
    expect(await post('/body', '{"pupil":"ann","age":5}', 'application/json')).toBe(400);
    expect(await post('/body', '{"pupil":"ann","age":6}', 'application/json')).toBe(200);
  });

  test('a model may refer to another model of the API', async () => {
    expect(await post('/body', '[{"pupil":"ann"}]', 'application/vnd.visits+json')).not.toBe(400);
    expect(await post('/body', '[{}]', 'application/vnd.visits+json')).toBe(400);
  });

  test('the model is chosen by the content type without its parameters, or application/json if there is none', async () => {
    expect(await post('/body', '{}', 'application/json; charset=utf-8')).toBe(400);
    expect(await post('/body', '{}')).toBe(400);
  });

  test('a content type without a model is not validated, unless there is a $default', async () => {
    expect(await post('/body', 'anything', 'text/plain')).not.toBe(400);
    expect(await post('/any', 'anything', 'text/plain')).toBe(400);
  });

  test('without a validator nothing is validated', async () => {
    expect(await post('/unchecked', 'anything', 'application/json')).toBe(200);
  });

  test('required parameters must be present and not blank, and all missing ones are named', async () => {
    const none = await gateway.call('GET', '/parameters/7');
    expect([none.status, none.body]).toEqual([400, '{"message":"Missing required request parameters: [X-School, from]"}']);
    const blank = await gateway.call('GET', '/parameters/7?from=', { headers: { 'X-School': 'a' } });
    expect(blank.body).toBe('{"message":"Missing required request parameters: [from]"}');
    expect((await gateway.call('GET', '/parameters/7?from=1', { headers: { 'X-School': 'a' } })).status).toBe(200);
  });
});
