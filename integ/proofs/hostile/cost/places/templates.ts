import { MAX_BODY_BYTES, requestTemplate } from '../../../../../src/buffered-ingest-path/request-template';
import {
  acceptedTemplate,
  corsTemplate,
  failedTemplate,
  refusedTemplate,
} from '../../../../../src/buffered-ingest-path/response-templates';
import { escapeJavaScript, urlEncode } from '../../../../sandbox/gateway/vtl/java-text';
import { compileTemplate } from '../../../../sandbox/gateway/vtl/template';
import { fromPlain, Host, type Value } from '../../../../sandbox/gateway/vtl/value';
import type { Place, Subject } from '../place';
import { filled, name, type Shape, TEXTS } from '../shapes';

/** Documented: "Quotas for configuring and running a REST API in API Gateway", total combined size of all header values. */
const HEADERS = 10_240;

const STAMPS = { authorizer: { tenantId: 'school-01' }, extendedRequestId: 'X=', requestTimeEpoch: '1790000000000' };

/** Templates in the sandbox's interpreter, in place of API Gateway's. */
function rendering(
  ...templates: string[]
): (request: {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestId?: string;
}) => Promise<string[]> {
  const compiled = templates.map((template) => compileTemplate(template, { variables: ['input', 'context', 'util'] }));
  return async ({ body = '{}', headers = {}, requestId = 'request' }) => {
    const input = new Host(
      {
        params: (each) =>
          each === undefined ? fromPlain({ header: headers, querystring: {}, path: {} }) : (headers[String(each)] ?? null),
      },
      { body: () => body },
    );
    const util = new Host({ urlEncode: (text) => urlEncode(String(text)), escapeJavaScript: (text) => escapeJavaScript(String(text)) });
    const context = fromPlain({ ...STAMPS, requestId, responseOverride: { header: {} } });
    return compiled.map((template) =>
      template.render(
        new Map<string, Value>([
          ['input', input],
          ['util', util],
          ['context', context],
        ]),
      ),
    );
  };
}

/** Inputs that are maps of headers, as JSON. */
const headers =
  (make: (bytes: number) => Readonly<Record<string, string>>): Shape =>
  (bytes) =>
    JSON.stringify(make(bytes));
const letterCases = (text: string, number: number) =>
  [...text].map((letter, at) => ((number >> at) & 1 ? letter.toUpperCase() : letter)).join('');

const onHeaders =
  (render: ReturnType<typeof rendering>, named: readonly string[]): Subject =>
  async (input) => {
    if (input.startsWith('{"')) return render({ headers: JSON.parse(input) });
    for (const each of named) await render({ headers: { [each]: input } });
    return render({ requestId: input });
  };

const sqsAnswer = (text: string) => `{"Error":{"Code":"InvalidParameterValue","Message":"Value ${text} is invalid"}}`;

export const templates: readonly Place[] = [
  {
    name: 'the request template, of the body',
    files: ['src/buffered-ingest-path/request-template.ts'],
    limit: 2 * MAX_BODY_BYTES,
    limitedBy: 'twice what the template lets in, in the interpreter of the sandbox; API Gateway runs it on up to 10 MB',
    shapes: TEXTS,
    open: async () => {
      const render = rendering(requestTemplate('tenantId'));
      return (body) => render({ body });
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
    open: async () => onHeaders(rendering(requestTemplate('tenantId')), ['Idempotency-Key', 'traceparent']),
  },
  {
    name: 'the response templates, of headers and the request id',
    files: ['src/buffered-ingest-path/response-templates.ts'],
    limit: HEADERS,
    limitedBy: 'API Gateway, for all headers together',
    smallest: 640,
    shapes: TEXTS,
    open: async () =>
      onHeaders(
        rendering(...[acceptedTemplate(), failedTemplate(), refusedTemplate()].map((each) => corsTemplate(['https://app.example']) + each)),
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
      const render = rendering(refusedTemplate());
      return (body) => render({ body });
    },
  },
];
