import { HttpTarget } from '../../src';
import { ingestPath, restApi } from '../buffered-ingest-path/fixtures';
import { templateOf, testStack } from '../synth';
import { bareApi, target } from './fixtures';

/** Who chooses each value in responses that API Gateway creates, and why the response is still JSON. */
const VALUES: Record<
  string,
  { readonly chosenBy: string; readonly protectedBy: 'nothing: none is needed' | 'quotes of its own' | 'comparison' }
> = {
  // Letters, digits, `=`, `+`, `/`, `-` and `_`.
  'context.extendedRequestId': { chosenBy: 'API Gateway', protectedBy: 'nothing: none is needed' },
  // Documented: "the quoted value" of a message that may repeat what was asked.
  'context.error.messageString': { chosenBy: 'API Gateway', protectedBy: 'quotes of its own' },
  message: { chosenBy: 'the template', protectedBy: 'nothing: none is needed' },
  'input.body': { chosenBy: 'SQS, which may repeat what was sent', protectedBy: 'comparison' },
  answer: { chosenBy: 'SQS, which may repeat what was sent', protectedBy: 'comparison' },
  'input.params': { chosenBy: 'the caller', protectedBy: 'comparison' },
  headers: { chosenBy: 'the caller', protectedBy: 'comparison' },
  name: { chosenBy: 'the caller', protectedBy: 'comparison' },
  // Repeated in a header, once it is one of the origins that the template names.
  origin: { chosenBy: 'the caller', protectedBy: 'comparison' },
};

/** An API with every kind of route, with origins and without. */
function everything() {
  const stack = testStack();
  for (const [id, allowedOrigins] of Object.entries({ Pages: ['https://a.example', 'https://b.example'], None: [] })) {
    const api = bareApi(stack, { allowedOrigins }, id);
    api.addRoute('POST /visits', ingestPath(stack, {}, `${id}Visits`));
    api.addRoute('GET /function', target(stack, `${id}Function`));
    api.addRoute('GET /service/{proxy+}', HttpTarget.of('https://service.example'));
  }
  const plain = restApi(stack, 'Plain');
  ingestPath(stack, {}, 'PlainVisits').addRoute(plain.api.root.addResource('visits'), 'POST', { authorizer: plain.authorizer });
  return templateOf(stack);
}

interface Made {
  readonly answer: string;
  readonly template: string;
  /** A gateway response puts values in as they are; an integration's response is rendered by Velocity. */
  readonly rendered: boolean;
  /** Headers that the method's response of this status declares. */
  readonly declared: readonly string[];
}

/** All templates of responses that API Gateway creates. */
function answersOf(template: ReturnType<typeof everything>): Made[] {
  const properties = (type: string) =>
    Object.values(template.findResources(`AWS::ApiGateway::${type}`)).map(({ Properties }) => Properties);
  const texts = (answer: string, templates: object | undefined, rendered: boolean, declared: string[] = []): Made[] =>
    Object.values(templates ?? {}).map((text) => ({ answer, template: String(text), rendered, declared }));
  return [
    ...properties('GatewayResponse').flatMap(({ ResponseType, ResponseTemplates }) => texts(ResponseType, ResponseTemplates, false)),
    ...properties('Method').flatMap(({ HttpMethod, Integration, MethodResponses = [] }) =>
      (Integration.IntegrationResponses ?? []).flatMap(({ StatusCode, ResponseTemplates }: Record<string, string & object>) =>
        texts(
          `${HttpMethod} ${StatusCode}`,
          ResponseTemplates,
          true,
          MethodResponses.filter((response: Record<string, string>) => response.StatusCode === StatusCode).flatMap(
            ({ ResponseParameters = {} }: Record<string, object>) => Object.keys(ResponseParameters),
          ),
        ),
      ),
    ),
  ];
}
const made = answersOf(everything());

/** References of a template, without the methods of a value and without what a template sets of the answer. */
function references(template: string): string[] {
  const names = [...template.matchAll(/\$!?([a-zA-Z]\w*(?:\.[a-zA-Z][\w-]*)*)/g)].map(([, name]) => name);
  return names
    .filter((name) => !name.startsWith('context.responseOverride.') && name !== 'util.escapeJavaScript')
    .map((name) => Object.keys(VALUES).find((known) => name === known || name.startsWith(`${known}.`)) ?? name);
}

test('all responses that API Gateway creates are listed', () => {
  expect([...new Set(made.map(({ answer }) => answer))].sort()).toEqual([
    'DEFAULT_4XX',
    'DEFAULT_5XX',
    'OPTIONS 204',
    'POST 202',
    'POST 400',
    'POST 503',
    'QUOTA_EXCEEDED',
    'THROTTLED',
    'UNAUTHORIZED',
  ]);
});

test('all their values are listed, with who chooses them', () => {
  expect([...new Set(made.flatMap(({ template }) => references(template)))].sort()).toEqual(Object.keys(VALUES).sort());
});

test('a value that is inserted unchanged comes from API Gateway, and needs no escaping or is already quoted', () => {
  const raw = new Set(made.filter(({ rendered }) => !rendered).flatMap(({ template }) => references(template)));
  for (const name of raw)
    expect(VALUES[name]).toMatchObject({ chosenBy: 'API Gateway', protectedBy: expect.stringMatching(/^(?:nothing|quotes)/) });
  for (const { template } of made.filter(({ rendered }) => !rendered)) {
    const values: Record<string, string> = { 'error.messageString': '"\\"\\\\ }"', extendedRequestId: 'Zm9v+/-_=' };
    expect(JSON.parse(template.replace(/\$context\.([a-zA-Z.]+)/g, (_, name: string) => values[name]))).toEqual({
      message: '"\\ }',
      correlationId: 'Zm9v+/-_=',
    });
  }
});

test('a value that a caller or a service chooses is only used in conditions and assignments', () => {
  const directives = /#(?:set|if|foreach)\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)/g;
  for (const { answer, template } of made.filter(({ rendered }) => rendered)) {
    const printed = references(template.replace(directives, ''));
    expect([answer, printed.filter((name) => VALUES[name]?.protectedBy === 'comparison')]).toEqual([answer, []]);
  }
});

// Documented: an override may make a new header. Declared headers are the form that the CDK's own preflight has, which is known to work.
test('every header that a template sets is declared', () => {
  for (const { answer, template, declared } of made) {
    const set = [...template.matchAll(/responseOverride\.header\.([\w-]+)/g)].map(([, name]) => `method.response.header.${name}`);
    expect([answer, set.filter((name) => !declared.includes(name))]).toEqual([answer, []]);
  }
});
