import { Token } from 'aws-cdk-lib';
import { invalid } from '../core/private/base/invalid';
import { checkReason } from '../core/private/reason';

/** How many events a function may handle at the same time. */
export class FunctionConcurrency {
  /**
   * So many of the account's concurrent executions are this function's alone, and it never gets more: further callers are throttled.
   *
   * AWS leaves at least 100 of an account's concurrent executions to functions without a reservation. A new account may have 10 altogether: there
   * every reservation fails the deployment until the quota is raised.
   *
   * @param executions a whole number, at least 1
   * @throws when it is something else
   */
  public static reserved(executions: number): FunctionConcurrency {
    if (!Token.isUnresolved(executions) && (!Number.isInteger(executions) || executions < 1)) {
      invalid('FunctionConcurrency', 'executions', executions, 'a whole number, at least 1: with 0 the function never runs');
    }
    return new FunctionConcurrency({ reserved: executions });
  }

  /**
   * The function takes what the account has left, and may take all of it.
   *
   * @param reason why no reservation is right; reviewers read it where rule packs ask for one
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
