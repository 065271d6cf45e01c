import { checkReason } from '../core/private/reason';

/** What becomes of events that an asynchronous caller sent and the function failed three times. */
export class DeadLetters {
  /** They go to a queue of the function's own, encrypted and kept for 14 days. */
  public static queue(): DeadLetters {
    return new DeadLetters();
  }

  /**
   * No queue, because nothing invokes the function asynchronously, or because failed events are kept elsewhere.
   *
   * @param reason why nothing is lost; reviewers read it where rule packs ask for a queue
   * @throws when the reason is blank
   */
  public static none(reason: string): DeadLetters {
    checkReason('DeadLetters', reason);
    return new DeadLetters(reason);
  }

  private constructor(
    /**
     * Why there is no queue; undefined where there is one.
     *
     * @internal
     */
    public readonly _noneBecause?: string,
  ) {}
}
