/** Which management events a trail records: calls that create, change and describe resources, and those that open sessions. */
export class ManagementEvents {
  /** Calls that read, and calls that change. */
  public static all(): ManagementEvents {
    return new ManagementEvents('all');
  }

  /** Calls that change something, such as `CreateBucket`, `AssumeRole` or `DeleteTrail`. */
  public static changes(): ManagementEvents {
    return new ManagementEvents('changes');
  }

  /** None: another trail of the account or of its organization records them. CloudTrail bills each copy after the first. */
  public static none(): ManagementEvents {
    return new ManagementEvents('none');
  }

  private constructor(
    /** `all`, `changes` or `none`. */
    public readonly recorded: string,
  ) {}

  /** The expression that makes this value: `ManagementEvents.all()`. */
  public toString(): string {
    return `ManagementEvents.${this.recorded}()`;
  }
}
