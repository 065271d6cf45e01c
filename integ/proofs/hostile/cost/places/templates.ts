import { MAX_BODY_BYTES, requestTemplate } from '../../../../../src/buffered-ingest-path/request-template';
import { acceptedTemplate, failedTemplate, rejectedTemplate } from '../../../../../src/buffered-ingest-path/response-templates';
import { corsTemplate } from '../../../../../src/core/private/cors-template';
import { pathTemplate } from '../../../../../src/secure-container-service/path-template';

import type { Exchange } from '../../../../sandbox/services/apigateway/exchange';
import { templateVariables, VARIABLES } from '../../../../sandbox/services/apigateway/variables';
import { compileTemplate } from '../../../../sandbox/services/apigateway/vtl/template';
import { type Place, reading, type Subject } from '../place';

import { filled, name, only, type Shape, TEXTS, VALUES, within } from '../shapes';

/** Documented: "Quotas for configuring and running a REST API in API Gateway", total combined size of all header values. */
const HEADERS = 10_240;

/** Values of the body that keys are made of, as the ingest path reads them in its templates. */
const KEY_TEXTS = [
  { names: ['student'], isRequired: true },
  { names: ['course', 'name'], isRequired: false },
];

interface Request {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestId?: string;
  readonly path?: string;
}

/** Templates in the sandbox's interpreter, which stands in for API Gateway. */
function rendering(...templates: string[]): (request: Request) => Promise<string[]> {
  const compiled = templates.map((template) => compileTemplate(template, { variables: VARIABLES }));
  return async ({ body = '{}', headers = {}, requestId = 'request', path = '/prod/grades' }) => {
    const context = {
      authorizer: { tenantId: 'school-01' },
      requestId,
      extendedRequestId: 'X=',
      requestTimeEpoch: 1_790_000_000_000,
      apiId: 'api',
      domainPrefix: 'api',
      stage: 'prod',
      path,
    };
    const exchange = {
      context,
      request: { headers: Object.entries(headers), query: {} },
      parameters: {},
      stage: { variables: {} },
      overrides: new Map([
        ['responseOverride', new Map([['header', new Map()]])],
        ['requestOverride', new Map()],
      ]),
    };
    return compiled.map((template) => template.render(templateVariables(exchange as unknown as Exchange, body)));
  };
}

/** Inputs that are header maps, as JSON. */
const headers =
  (make: (bytes: number) => Readonly<Record<string, string>>): Shape =>
  (bytes) =>
    JSON.stringify(make(bytes));
const letterCases = (text: string, number: number) =>
  [...text].map((letter, at) => ((number >> at) & 1 ? letter.toUpperCase() : letter)).join('');

function onHeaders(render: ReturnType<typeof rendering>, named: readonly string[]): Subject {
  return reading(async (input) => {
    if (input.startsWith('{"')) return render({ headers: JSON.parse(input) });
    for (const each of named) await render({ headers: { [each]: input } });
    return render({ requestId: input });
  });
}

const sqsAnswer = (text: string) => `{"Error":{"Code":"InvalidParameterValue","Message":"Value ${text} is invalid"}}`;

export const templates: readonly Place[] = [
  {
    name: 'the request template, of the body',
    files: ['src/buffered-ingest-path/request-template.ts'],
    limit: 2 * MAX_BODY_BYTES,
    limitedBy: 'twice what the template lets in, in the interpreter of the sandbox; API Gateway runs it on up to 10 MB',
    shapes: {
      ...TEXTS,
      ...within(
        only(
          VALUES,
          'digits of a number',
          'zeros between digits',
          'small numbers',
          'nested lists',
          'names',
          'one name again and again',
          'escapes',
        ),
        (value) => `{"student":"s","course":{"name":"c"},"n":${value}}`,
      ),
      'a key of four bytes a character': (bytes) => `{"student":"${filled(bytes - 40, '🎒')}","course":{"name":"c"}}`,
      'a key of half characters': (bytes) => `{"student":"${filled(bytes - 40, '\\ud83d')}","course":{"name":"c"}}`,
    },
    open: async () => {
      const render = rendering(requestTemplate('tenantId', KEY_TEXTS));
      return reading((body) => render({ body }));
    },
  },
  {
    name: 'the request template, of headers and the request id',
    files: ['src/buffered-ingest-path/request-template.ts'],
    limit: HEADERS,
    limitedBy: 'API Gateway, for all headers together',
    smallest: 640,
    shapes: {
      ...TEXTS,
      'a traceparent of zeros': headers((bytes) => ({ traceparent: `00-${filled(bytes, '0')}` })),
      'many headers': headers((bytes) =>
        Object.fromEntries(Array.from({ length: Math.min(1_000, bytes / 10) }, (_, at) => [`x${name(at)}`, '1'])),
      ),
      'many idempotency keys': headers((bytes) =>
        Object.fromEntries(Array.from({ length: bytes / 20 }, (_, at) => [letterCases('idempotency-key', at), 'k'])),
      ),
    },
    open: async () => onHeaders(rendering(requestTemplate('tenantId', KEY_TEXTS)), ['Idempotency-Key', 'traceparent']),
  },
  {
    name: 'the response templates, of headers and the request id',
    files: ['src/buffered-ingest-path/response-templates.ts', 'src/core/private/cors-template.ts'],
    limit: HEADERS,
    limitedBy: 'API Gateway, for all headers together',
    smallest: 640,
    shapes: TEXTS,
    open: async () =>
      onHeaders(
        rendering(
          ...[acceptedTemplate(), failedTemplate(), rejectedTemplate()].map(
            (each) => corsTemplate(['https://app.example'], ['Retry-After']) + each,
          ),
        ),
        ['Origin'],
      ),
  },
  {
    name: 'the response templates, of an answer that repeats the request',
    files: ['src/buffered-ingest-path/response-templates.ts'],
    limit: MAX_BODY_BYTES,
    limitedBy: 'the request template, for what SQS could repeat',
    shapes: {
      ...Object.fromEntries(Object.entries(TEXTS).map(([each, shape]) => [each, (bytes, salt) => sqsAnswer(shape(bytes, salt))] as const)),
      'codes without an end': (bytes) => sqsAnswer(filled(bytes, '"Code":"MissingParameter')),
      'elements, and a line separator': (bytes) => sqsAnswer(`${filled(bytes, '<Code>MissingParameter"')}\u2028`),
    },
    open: async () => {
      const render = rendering(rejectedTemplate());
      return reading((body) => render({ body }));
    },
  },
  {
    name: 'the template of a container service, of the path',
    files: ['src/secure-container-service/path-template.ts'],
    limit: HEADERS,
    limitedBy: 'API Gateway, for the request line and all headers together',
    smallest: 640,
    shapes: TEXTS,
    open: async () => {
      const render = rendering(pathTemplate());
      return reading((path) => render({ path: `/prod/${path}` }));
    },
  },
  {
    name: 'the template of a container service, of the body',
    files: ['src/secure-container-service/path-template.ts'],
    limit: 2 * MAX_BODY_BYTES,
    limitedBy: 'as of the ingest path; API Gateway runs it on up to 10 MB',
    shapes: TEXTS,
    open: async () => {
      const render = rendering(pathTemplate());
      return reading((body) => render({ body }));
    },
  },
];
