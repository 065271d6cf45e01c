import { LONGEST_REQUEST_TEXT, REQUEST_TEXT } from '../runtime/request-text';
import { TENANT_ID_PATTERN } from '../runtime/tenant-id';
import type { KeyText } from './key-bytes';

/** Of the body, in UTF-8. Its item stays below DynamoDB's 400 KB, whatever it holds. */
export const MAX_BODY_BYTES = 256 * 1024;

/**
 * An `Idempotency-Key` header: without the comma, with which a proxy may join a header that was sent twice (RFC 9110, 5.3). A
 * template sees one value of each name: a comma is all that it can see of a repeat under one name.
 */
const IDEMPOTENCY_KEY = `[!-+.-~-]{1,${LONGEST_REQUEST_TEXT}}`;

/** Documented: "Trace Context" (W3C), traceparent; version ff and ids of zeros are invalid. */
const TRACEPARENT = '(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}';

/**
 * The mapping template that makes a `SendMessage` call of a request. It comes out as one line: whatever stood between its directives
 * would be part of the call.
 *
 * Every value is percent-encoded, so that no value can begin another parameter. What is rejected becomes a `SendMessage` without
 * a `MessageBody`: that parameter is required, so SQS answers 400 and nothing of the request reaches it.
 *
 * What no schema can say of a body is rejected here, before the 202:
 * - what does not begin with `{` and end with `}`: a byte order mark, or text after the object. A validator may be more patient than the writer.
 * - U+FFFD, which API Gateway hands over for bytes that are not UTF-8. A caller who means that character writes the escape `\ufffd`.
 * - half a surrogate pair in a text that a key is made of: it has no UTF-8, and the writer could make no key of it.
 *
 * Only what Velocity 1.7 and its JavaScript port read alike is used: patterns in single quotes (no interpolation), no `#else`, and an
 * `#end` is always followed by a character that can't be part of its name.
 *
 * @param tenantContextKey letters, digits and underscores
 * @param keyTexts the texts of a body that keys are made of
 */
export function requestTemplate(tenantContextKey: string, keyTexts: readonly KeyText[] = []): string {
  const lines = [
    'Action=SendMessage&Version=2012-11-05',

    // A missing value of the context must become empty text, which no pattern accepts, and not the reference's own name.
    `#set($tenant = "$!context.authorizer.${tenantContextKey}")`,
    // A client can choose the request id by a header, so nothing depends on it, and it is left out where it is invalid.
    '#set($requestId = "$!context.requestId")',

    // Whether the body can be stored as it was sent. One of more characters than the limit has more bytes: it is not read any further.
    '#set($storable = false)',
    `#if($input.body.length() <= ${MAX_BODY_BYTES})`,
    '#set($body = $util.urlEncode($input.body))',
    // One character per byte of UTF-8 once each %XX is one.
    "#set($bytes = $body.replaceAll('%..', '_').length())",
    '#set($object = $input.body.trim())',
    `#if($bytes <= ${MAX_BODY_BYTES} && $object.startsWith('{') && $object.endsWith('}') && !$body.contains('%EF%BF%BD'))`,
    '#set($storable = true)',
    ...keyTexts.flatMap(({ names, isRequired }) => [
      "#set($text = '')",
      `#set($text = $input.path('$')${names.map((name) => `.get('${name}')`).join('')})`,
      // URL encoding makes a question mark of half a surrogate pair, which has no UTF-8. Where the schema demands a text, none is one that was not read.
      `#if(${isRequired ? "$text == '' ||" : '$text &&'} $util.urlEncode($text.replaceAll('[?]', '')).contains('%3F'))`,
      '#set($storable = false)',
      '#end',
    ]),
    '#end',
    '#end',

    // Names of headers have no case, and a map of them does. Never $input.params('name'): it also looks in path and query.
    '#set($headers = $input.params().header)',
    '#set($idempotencyKey = "")',
    '#set($idempotencyKeys = 0)',
    '#set($traceparent = "")',
    '#foreach($name in $headers.keySet())',
    "#if($name.toLowerCase() == 'idempotency-key')",
    '#set($idempotencyKey = $headers.get($name))',
    '#set($idempotencyKeys = $idempotencyKeys + 1)',
    '#end',
    "#if($name.toLowerCase() == 'traceparent')",
    '#set($traceparent = $headers.get($name))',
    '#end',
    '#end',

    `#if($tenant.matches('${TENANT_ID_PATTERN.replace(/^\^|\$$/g, '')}') && $storable`,
    ` && ($idempotencyKeys == 0 || ($idempotencyKeys == 1 && $idempotencyKey.matches('${IDEMPOTENCY_KEY}'))))`,
    '&MessageBody=$body',
    '&MessageGroupId=$util.urlEncode($tenant)',
    attribute(1, 'tenant', 'String', '$tenant'),
    // Documented: "Access logging for REST APIs": no caller can provide or override it.
    attribute(2, 'correlationId', 'String', '$context.extendedRequestId'),
    attribute(3, 'receivedAt', 'Number', '$context.requestTimeEpoch'),
    '#set($next = 4)',
    `#if($requestId.matches('${REQUEST_TEXT}'))`,
    attribute('$next', 'requestId', 'String', '$requestId'),
    '#set($next = $next + 1)',
    '#end',
    '#if($idempotencyKeys == 1)',
    attribute('$next', 'idempotencyKey', 'String', '$idempotencyKey'),
    '#set($next = $next + 1)',
    '#end',
    `#if($traceparent.matches('${TRACEPARENT}'))`,
    attribute('$next', 'traceparent', 'String', '$traceparent'),
    '#end',
    '#end',
  ];
  return lines.join('');
}

function attribute(position: number | '$next', name: string, type: 'String' | 'Number', value: string): string {
  const prefix = `&MessageAttribute.${position === '$next' ? '${next}' : position}`;
  return `${prefix}.Name=${name}${prefix}.Value.DataType=${type}${prefix}.Value.StringValue=$util.urlEncode(${value})`;
}
