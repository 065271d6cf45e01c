import { checkReason } from '../core/private/reason';

/** Defines what happens to asynchronous events that the function failed to process three times. */
export class DeadLetters {
  /** An encrypted queue of the function's own keeps them for 14 days. */
  public static queue(): DeadLetters {
    return new DeadLetters();
  }

  /**
   * No queue, because the function is never invoked asynchronously, or because failed events are kept elsewhere.
   *
   * @param reason why no event is lost: the reason in reports of rule packs that expect a queue
   * @throws when the reason is blank
   */
  public static none(reason: string): DeadLetters {
    checkReason('DeadLetters', reason);
    return new DeadLetters(reason);
  }

  private constructor(
    /**
     * Why there is no queue; undefined if there is one.
     *
     * @internal
     */
    public readonly _noneBecause?: string,
  ) {}
}
