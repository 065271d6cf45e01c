import { invalid } from '../core/private/base/invalid';
import { requireProps } from '../core/private/base/required-props';
import type { Tier } from './tier';

/** How a platform is shared. */
export interface TenancyProps {
  /** The platform's noun for a tenant, in the singular: `school`. It is the key of the session tag that says whose session it is. */
  readonly tenant: string;
  /** The levels of service that tenants are put on, at least one. */
  readonly tiers: Tier[];
}

/**
 * Who shares the platform and on what terms: one per platform, given to every construct that keeps tenants apart.
 *
 * A tenant's id is 3 to 64 lower-case letters, digits and hyphens everywhere.
 */
export class Tenancy {
  /** The platform's noun for a tenant; the key of the session tag. */
  public readonly tenant: string;
  /** The levels of service. */
  public readonly tiers: Tier[];

  /**
   * The sharing of one platform.
   *
   * @param props its noun and its tiers
   * @throws when the noun can't be the key of a session tag, or when tiers are missing or share a name
   */
  constructor(props: TenancyProps) {
    requireProps('Tenancy', props, { tenant: true, tiers: true });
    if (!/^[a-z][a-z0-9-]{0,31}$/.test(props.tenant)) {
      invalid(
        'Tenancy',
        'tenant',
        props.tenant,
        "a noun of lower-case letters, digits and hyphens, at most 32, known at synthesis: 'school'",
      );
    }
    if (props.tiers.length === 0) invalid('Tenancy', 'tiers', props.tiers, 'at least one tier');
    const names = props.tiers.map((tier) => tier.name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) invalid('Tenancy', 'tiers', names, `names that differ: ${twice} is there twice`);
    this.tenant = props.tenant;
    this.tiers = [...props.tiers];
  }

  /** Condition key of the tag on a session: `aws:PrincipalTag/school`. */
  public get principalTagKey(): string {
    return `aws:PrincipalTag/${this.tenant}`;
  }

  /** Policy variable for the tenant of the session: `${aws:PrincipalTag/school}`. */
  public get principalTag(): string {
    return `\${${this.principalTagKey}}`;
  }
}
