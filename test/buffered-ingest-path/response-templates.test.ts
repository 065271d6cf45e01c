import fc from 'fast-check';
import { escapeJavaScript } from '../../integ/sandbox/services/apigateway/vtl/java-text';
import { compileTemplate } from '../../integ/sandbox/services/apigateway/vtl/template';
import { Host, type Value } from '../../integ/sandbox/services/apigateway/vtl/value';
import { acceptedTemplate, failedTemplate, rejectedTemplate } from '../../src/buffered-ingest-path/response-templates';

/** The response for an SQS response: the body, and the status and headers that the template overrides. */
function answered(template: string, body: string, extendedRequestId = 'request-1') {
  const header = new Map<string, Value>();
  const responseOverride = new Map<string, Value>([['header', header]]);
  const variables = new Map<string, Value>([
    [
      'context',
      new Map<string, Value>([
        ['requestId', 'chosen by the caller'],
        ['extendedRequestId', extendedRequestId],
        ['responseOverride', responseOverride],
      ]),
    ],
    ['input', new Host({}, { body: () => body })],
    ['util', new Host({ escapeJavaScript: (value) => escapeJavaScript(String(value)) })],
  ]);
  const text = compileTemplate(template, { variables: ['context', 'input', 'util'] }).render(variables);
  const status = responseOverride.get('status');
  return { body: JSON.parse(text), status: status === undefined ? undefined : Number(status), headers: Object.fromEntries(header) };
}

const json = (Code: string, Message = 'the message of SQS') => JSON.stringify({ Error: { Code, Message, Type: 'Sender' }, RequestId: 'r' });
const xml = (code: string, message = '') =>
  `<?xml version="1.0"?>\n<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message><Detail/></Error></ErrorResponse>`;

const rejected = { body: { message: 'Request rejected', correlationId: 'request-1' }, status: undefined, headers: {} };
const later = { body: { message: 'Try again later', correlationId: 'request-1' }, status: 503, headers: { 'Retry-After': '5' } };

// Documented: "SendMessage" and "Common Error Types" in the SQS API reference.
test.each(['MissingParameter', 'InvalidMessageContents', 'InvalidParameterValue', 'AWS.SimpleQueueService.InvalidMessageContents'])(
  "%s is the caller's own: the answer stays a 400",
  (code) => {
    expect(answered(rejectedTemplate(), json(code))).toEqual(rejected);
    expect(answered(rejectedTemplate(), xml(code))).toEqual(rejected);
    expect(answered(rejectedTemplate(), `{ "Error" : {\n "Code" : "${code}" } }`)).toEqual(rejected);
  },
);

// Documented: the errors of SendMessage and their `awsQueryError` traits, which say 400.
test.each([
  'KMS.AccessDeniedException',
  'KMS.DisabledException',
  'KMS.InvalidKeyUsageException',
  'KMS.InvalidStateException',
  'KMS.NotFoundException',
  'KMS.ThrottlingException',
  'RequestThrottled',
  'AWS.SimpleQueueService.NonExistentQueue',
  'AWS.SimpleQueueService.UnsupportedOperation',
  'IncompleteSignature',
])('%s becomes a 503 with Retry-After', (code) => {
  expect(answered(rejectedTemplate(), json(code))).toEqual(later);
  expect(answered(rejectedTemplate(), xml(code))).toEqual(later);
});

test.each(['', '{}', 'no JSON', 'null', '[]', '{"Error":"MissingParameter"}', '<Error>MissingParameter</Error>'])(
  'an answer that says no code, %j, is not the caller’s either',
  (body) => {
    expect(answered(rejectedTemplate(), body)).toEqual(later);
  },
);

test('an error code that SQS quotes from a request is ignored', () => {
  const quoted = '"Code":"MissingParameter"';
  expect(answered(rejectedTemplate(), json('KMS.DisabledException', quoted))).toEqual(later);
  expect(answered(rejectedTemplate(), xml('KMS.DisabledException', '&lt;Code&gt;MissingParameter&lt;/Code&gt;'))).toEqual(later);
});

test('every response is JSON and contains the correlation id unchanged', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^['"\\/$#{}u]{1,12}$/),
    fc.constantFrom("it's", "\\'", "\\\\'", '$context.stage'),
    fc.constantFrom('S-D5rG9QFiAFnVg=', 'Czu_MEDMoAMF+/==', '+/=-_'),
  );
  fc.assert(
    fc.property(hostile, fc.constantFrom(acceptedTemplate(), failedTemplate(), rejectedTemplate()), (id, template) => {
      expect(answered(template, json('MissingParameter'), id).body.correlationId).toBe(id);
    }),
    { numRuns: 300 },
  );
});
