import { invalid } from '../core/private/base/invalid';
import { requireProps } from '../core/private/base/required-props';
import type { Tier } from './tier';

/** On which terms a platform is shared. */
export interface TenancyOptions {
  /** The levels of service that tenants are put on, at least one. */
  readonly tiers: Tier[];
}

/**
 * Who shares the platform and on what terms: one per platform, given to every construct that keeps tenants apart.
 *
 * The noun says what a tenant is (`school`); a tenant's id says which one (`north-high`): 3 to 64 lower-case letters, digits and hyphens.
 */
export class Tenancy {
  /**
   * The tenancy of one platform.
   *
   * @param noun the platform's word for a tenant, in the singular: `school`. It is the key of the session tag that holds a tenant's id.
   * @param options its tiers
   * @throws when the noun can't be the key of a session tag, or when tiers are missing or share a name
   */
  public static of(noun: string, options: TenancyOptions): Tenancy {
    requireProps('Tenancy', options, { tiers: true });
    if (!/^[a-z][a-z0-9-]{0,31}$/.test(noun)) {
      invalid('Tenancy', 'noun', noun, "a noun of lower-case letters, digits and hyphens, at most 32, known at synthesis: 'school'");
    }
    if (options.tiers.length === 0) invalid('Tenancy', 'tiers', options.tiers, 'at least one tier');
    const names = options.tiers.map((tier) => tier.name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) invalid('Tenancy', 'tiers', names, `names that differ: ${twice} is there twice`);
    return new Tenancy(noun, [...options.tiers]);
  }

  private constructor(
    /** The platform's word for a tenant; the key of the session tag. */
    public readonly noun: string,
    /** The levels of service. */
    public readonly tiers: Tier[],
  ) {}

  /** Condition key of the tag on a session: `aws:PrincipalTag/school`. */
  public get principalTagKey(): string {
    return `aws:PrincipalTag/${this.noun}`;
  }

  /** Policy variable that stands for the id of the session's tenant: `${aws:PrincipalTag/school}`. */
  public get principalTag(): string {
    return `\${${this.principalTagKey}}`;
  }
}
