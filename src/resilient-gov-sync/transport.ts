import type { IConnection } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { having } from '../core/private/base/kinds';
import { checkValue, FUNCTION } from './checked-value';
import { FunctionTransport } from './function-transport';
import { HttpTaskTransport } from './http-task-transport';
import type { TransportVariant } from './transport-variant';

/** How a report is sent. Certificate and host name of the API are always verified. */
export class Transport {
  /**
   * An HTTP Task of Step Functions, which signs in with a connection of EventBridge: an API key, basic authentication or OAuth client
   * credentials. A call ends after 60 seconds, and a report has at most 200 KiB.
   *
   * Step Functions parses the report and writes it again: `7.50` is sent as `7.5`. What is stored and hashed has that form. A report with a
   * number whose value would change, such as one with more than 17 digits, is put aside.
   *
   * Each report is in the history of its execution, readable for 90 days with `states:GetExecutionHistory` and `kms:Decrypt`. Use a function
   * for reports with personal data of minors, unless they have random ids only, and few people have these permissions.
   *
   * @param connection the connection with the credentials, and with a resource configuration for a private API
   */
  public static httpTask(connection: IConnection): Transport {
    checkValue('Transport.httpTask', 'connection', connection, CONNECTION);
    return new Transport(new HttpTaskTransport(connection));
  }

  /**
   * A function of yours: for mutual TLS, signatures and other protocols, and for reports that must not be in the history of executions. It
   * gets where the payload is (`bucket`, `key`, `sha256`), `url`, `method` and `headers`, and returns `status`, `headers` and `body`, or
   * `notSent` with the reason why it sent nothing, and `late: true` if `notAfter` had passed. It must not send twice, and not after
   * `notAfter`.
   *
   * @param handler the function, with a timeout of at most 120 seconds. The construct lets its role read payloads.
   * @throws when the timeout of the function is longer
   */
  public static fromFunction(handler: IFunction): Transport {
    checkValue('Transport.fromFunction', 'handler', handler, FUNCTION);
    return new Transport(new FunctionTransport(handler));
  }

  private constructor(
    /** @internal */
    public readonly _transportVariant: TransportVariant,
  ) {}
}

const CONNECTION = having<IConnection>('a connection of EventBridge: new Connection(…)', 'connectionArn', 'connectionSecretArn');
