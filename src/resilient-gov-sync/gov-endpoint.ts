import { Token } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-events';
import { invalid } from '../core/private/base/invalid';
import { having, NUMBER, oneOf, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import type { Confirmation } from './confirmation';
import type { Duplicates } from './duplicates';
import type { Transport } from './transport';

/** What is known of an API that accepts reports. */
export interface GovEndpointProps {
  /** Where each report is sent: `https://api.example.com/reports`. HTTPS with the name of a host, without placeholders. */
  readonly url: string;

  /** Who makes the call: `Transport.httpTask(connection)` or `Transport.fromFunction(handler)`. */
  readonly transport: Transport;

  /** What the API offers against duplicates. */
  readonly duplicates: Duplicates;

  /** What an answer contains when the API has accepted a report. */
  readonly confirmation: Confirmation;

  /**
   * The most calls in any second, look-ups included; a whole number from 1 to 100. All executions share it.
   *
   * A call can start some time after its turn, so that turns are further apart than it says: by `2 / maxPerSecond` seconds with a function,
   * and by `3 / maxPerSecond` with an HTTP Task. An HTTP Task that Step Functions starts more than two seconds late can exceed it.
   */
  readonly maxPerSecond: number;

  /**
   * The method of the call: POST, PUT or PATCH.
   *
   * @default HttpMethod.POST
   */
  readonly method?: HttpMethod;
}

const METHODS = [HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH];
/** A single item of DynamoDB takes about 1,000 writes in a second, and Step Functions makes up to 300 HTTP Tasks. */
const MOST_PER_SECOND = 100;

/** An API that accepts reports, and what it promises. */
export class GovEndpoint {
  /**
   * An API by its URL.
   *
   * @param props the API
   * @throws when the URL is not HTTPS, names an address instead of a host or has credentials, and when a value is out of range
   */
  public static of(props: GovEndpointProps): GovEndpoint {
    checkProps('GovEndpoint', props, PROPS);
    const { url, method = HttpMethod.POST, maxPerSecond } = props;
    if (!METHODS.includes(method)) invalid('GovEndpoint', 'method', method, 'HttpMethod.POST, HttpMethod.PUT or HttpMethod.PATCH');
    if (Token.isUnresolved(maxPerSecond) || !Number.isInteger(maxPerSecond) || maxPerSecond < 1 || maxPerSecond > MOST_PER_SECOND) {
      invalid('GovEndpoint', 'maxPerSecond', maxPerSecond, `a whole number from 1 to ${MOST_PER_SECOND}, known at synthesis`);
    }
    return new GovEndpoint(props, checkUrl(url), method);
  }

  /** The most calls in any second. */
  public readonly maxPerSecond: number;
  /** @internal */
  public readonly _transport: Transport['_transportVariant'];
  /** @internal */
  public readonly _duplicates: Duplicates['_duplicatesSettings'];
  /** @internal */
  public readonly _confirmation: Confirmation['_confirmationSettings'];
  /**
   * `https://api.example.com`
   *
   * @internal
   */
  public readonly _origin: string;
  /**
   * Path and query without the first slash.
   *
   * @internal
   */
  public readonly _path: string;

  private constructor(
    { transport, duplicates, confirmation, maxPerSecond }: GovEndpointProps,
    { origin, pathname, search }: URL,
    /** The method of the call. */
    public readonly method: HttpMethod,
  ) {
    this.maxPerSecond = maxPerSecond;
    this._transport = transport._transportVariant;
    this._duplicates = duplicates._duplicatesSettings;
    this._confirmation = confirmation._confirmationSettings;
    this._origin = origin;
    this._path = `${pathname}${search}`.slice(1);
  }
}

function checkUrl(url: string): URL {
  const wrong = (right: string): never => invalid('GovEndpoint', 'url', url, right);
  if (Token.isUnresolved(url)) wrong('a URL that is known at synthesis, because a permission contains its host');
  const parsed = URL.canParse(url) ? new URL(url) : wrong('a URL: https://api.example.com/reports');
  if (parsed.protocol !== 'https:') wrong('an https URL: reports and credentials are never sent without TLS');
  if (parsed.username !== '' || parsed.password !== '') wrong('a URL without credentials: a connection or a function has them');
  if (parsed.hash !== '') wrong('a URL without a fragment, which is never sent');
  // The host of a certificate is a name.
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(parsed.hostname) || /^[\d.]+$/.test(parsed.hostname)) {
    wrong('a URL with the domain name of a host: https://api.example.com/reports');
  }
  // `URL` encodes braces, so that a placeholder would be sent as it is.
  if (/[{}]/.test(url) || !/^[\w.~/?=&%:@!$()*+,;-]*$/.test(`${parsed.pathname}${parsed.search}`)) {
    wrong('a URL without quotes and braces: each report is sent to the same URL');
  }
  return parsed;
}

const PROPS: PropKinds<GovEndpointProps> = {
  url: required(STRING),
  transport: required(having<Transport>('Transport.httpTask(…) or Transport.fromFunction(…)', '_transportVariant')),
  duplicates: required(
    having<Duplicates>('Duplicates.idempotencyKey(…), Duplicates.lookUp(…) or Duplicates.neither()', '_duplicatesSettings'),
  ),
  confirmation: required(having<Confirmation>("Confirmation.of({ receipt: 'receipt' })", '_confirmationSettings')),
  maxPerSecond: required(NUMBER),
  method: oneOf<HttpMethod>('HttpMethod', HttpMethod),
};
