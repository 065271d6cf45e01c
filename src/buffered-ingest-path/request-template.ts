import { LONGEST_REQUEST_TEXT, REQUEST_TEXT } from '../runtime/request-text';
import { TENANT_ID_PATTERN } from '../runtime/tenant-id';
import type { KeyText } from './key-bytes';

/** Maximum size of the body in UTF-8. With it, any item stays below DynamoDB's limit of 400 KB. */
export const MAX_BODY_BYTES = 256 * 1024;

/**
 * An `Idempotency-Key` header. A comma is not allowed, because a proxy may use it to join a header that was sent twice (RFC 9110, 5.3), and
 * a template sees only one value for each header name.
 */
const IDEMPOTENCY_KEY = `[!-+.-~-]{1,${LONGEST_REQUEST_TEXT}}`;

/** Documented: "Trace Context" (W3C), traceparent. Version ff and ids of zeros are invalid. */
const TRACEPARENT = '(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}';

/**
 * Returns the mapping template that turns a request into a `SendMessage` call. It is a single line, because white space between directives
 * would become part of the call.
 *
 * Every value is URL-encoded, so that no value can start another parameter. A rejected request becomes a `SendMessage` call without the
 * required parameter `MessageBody`, to which SQS responds with 400. Nothing of the request reaches the queue.
 *
 * The template rejects bodies that a schema cannot exclude, before the caller gets a 202:
 * - a body that does not begin with `{` and end with `}`, because of a byte order mark or text after the object: the validator may accept
 *   more than the writer;
 * - U+FFFD, which API Gateway passes for bytes that are not UTF-8. A caller can send that character as the escape `\ufffd`;
 * - a lone surrogate in a string that a key is built from, because it cannot be encoded in UTF-8.
 *
 * The template uses only syntax that Velocity 1.7 and its JavaScript port treat alike: patterns in single quotes (no interpolation), no
 * `#else`, and after each `#end` a character that cannot be part of its name.
 *
 * @param tenantContextKey letters, digits and underscores
 * @param keyTexts string values of the body that keys are built from
 */
export function requestTemplate(tenantContextKey: string, keyTexts: readonly KeyText[] = []): string {
  const lines = [
    'Action=SendMessage&Version=2012-11-05',

    // The `!` turns a missing context value into an empty string, which no pattern matches, instead of the text of the reference.
    `#set($tenant = "$!context.authorizer.${tenantContextKey}")`,
    // A client can choose the request id with a header, so nothing depends on it. An invalid one is omitted.
    '#set($requestId = "$!context.requestId")',

    // Whether the body can be stored as sent. A body with too many characters has too many bytes and is not encoded at all.
    '#set($storable = false)',
    `#if($input.body.length() <= ${MAX_BODY_BYTES})`,
    '#set($body = $util.urlEncode($input.body))',
    // After URL encoding, each `%XX` is one byte of UTF-8.
    "#set($bytes = $body.replaceAll('%..', '_').length())",
    '#set($object = $input.body.trim())',
    `#if($bytes <= ${MAX_BODY_BYTES} && $object.startsWith('{') && $object.endsWith('}') && !$body.contains('%EF%BF%BD'))`,
    '#set($storable = true)',
    ...keyTexts.flatMap(({ names, isRequired }) => [
      "#set($text = '')",
      `#set($text = $input.path('$')${names.map((name) => `.get('${name}')`).join('')})`,
      // URL encoding turns a lone surrogate into a question mark. If the value is required and empty here, it could not be read.
      `#if(${isRequired ? "$text == '' ||" : '$text &&'} $util.urlEncode($text.replaceAll('[?]', '')).contains('%3F'))`,
      '#set($storable = false)',
      '#end',
    ]),
    '#end',
    '#end',

    // Header names are case-insensitive, but the map is not. $input.params('name') is not used, because it also searches the path and query
    // string.
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
