/** How the files of a data lake are divided into folders. */
export class LakeLayout {
  /**
   * A folder for each tenant in each month: `year=2026/month=11/school=north-high/`. A query names its tenant and reads only that folder,
   * and a tenant's analyst can be limited to it. Up to about 500 tenants with changes in one buffer interval: Firehose has 500 active
   * partitions by default, and a record beyond them is put into quarantine.
   */
  public static perTenant(): LakeLayout {
    return new LakeLayout(true);
  }

  /**
   * A folder for each month, with the rows of all tenants: `year=2026/month=11/`. For any number of tenants, in fewer and larger files. A
   * query of one tenant reads the rows of all of them, and no tenant's analyst can be given access.
   */
  public static perMonth(): LakeLayout {
    return new LakeLayout(false);
  }

  private constructor(
    /** Whether each tenant has a folder of its own. */
    public readonly hasTenantFolders: boolean,
  ) {}

  /** The expression that makes this value: `LakeLayout.perTenant()`. */
  public toString(): string {
    return `LakeLayout.${this.hasTenantFolders ? 'perTenant' : 'perMonth'}()`;
  }
}
