import { Token } from 'aws-cdk-lib';
import { invalid } from '../core/private/base/invalid';
import { checkReason } from '../core/private/reason';

/** Defines how many events a function may process at the same time. */
export class FunctionConcurrency {
  /**
   * Reserves a number of the account's concurrent executions for this function, which is also its maximum: further invocations are
   * throttled.
   *
   * At least 100 of an account's concurrent executions must remain for functions without a reservation. A new account may have a quota of
   * only 10: there, any reservation makes the deployment fail until the quota is raised.
   *
   * @param executions a whole number, at least 1
   * @throws when the number is invalid
   */
  public static reserved(executions: number): FunctionConcurrency {
    if (!Token.isUnresolved(executions) && (!Number.isInteger(executions) || executions < 1)) {
      invalid('FunctionConcurrency', 'executions', executions, 'a whole number, at least 1, because with 0 the function never runs');
    }
    return new FunctionConcurrency({ reserved: executions });
  }

  /**
   * No reservation: the function uses the unreserved concurrency of the account, and may use all of it.
   *
   * @param reason why there is no reservation: the reason in reports of rule packs that expect one
   * @throws when the reason is blank
   */
  public static unreserved(reason: string): FunctionConcurrency {
    checkReason('FunctionConcurrency', reason);
    return new FunctionConcurrency({ unreserved: reason });
  }

  private constructor(
    /** @internal */
    public readonly _setting: { readonly reserved: number } | { readonly unreserved: string },
  ) {}
}
