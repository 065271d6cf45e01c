import { invalid } from '../core/private/base/invalid';
import { having, listOf } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import type { Tier } from './tier';

/** Options of a tenancy. */
export interface TenancyOptions {
  /** The tiers that tenants can be on, at least one. */
  readonly tiers: Tier[];
}

/**
 * Defines what a tenant of a platform is called, and the tiers that tenants are on. A platform has one tenancy, which every construct that
 * isolates tenants uses.
 *
 * The noun is the kind of tenant (`school`). A tenant's id identifies one of them (`north-high`): 3 to 64 lower-case letters, digits and
 * hyphens.
 */
export class Tenancy {
  /**
   * The tenancy of one platform.
   *
   * @param noun the platform's word for a tenant, in the singular: `school`. It is the key of the session tag that holds a tenant's id.
   * @param options the tiers
   * @throws when the noun cannot be the key of a session tag, when there is no tier, or when two tiers have the same name
   */
  public static of(noun: string, options: TenancyOptions): Tenancy {
    checkProps('Tenancy', options, OPTIONS);
    if (!/^[a-z][a-z0-9-]{0,31}$/.test(noun)) {
      invalid('Tenancy', 'noun', noun, "a noun of lower-case letters, digits and hyphens, at most 32, known at synthesis: 'school'");
    }
    if (options.tiers.length === 0) invalid('Tenancy', 'tiers', options.tiers, 'at least one tier');
    const names = options.tiers.map((tier) => tier.name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) invalid('Tenancy', 'tiers', names, `different names: ${twice} is used twice`);
    return new Tenancy(noun, [...options.tiers]);
  }

  private constructor(
    /** The platform's word for a tenant; the key of the session tag. */
    public readonly noun: string,
    /** The tiers that tenants can be on. */
    public readonly tiers: Tier[],
  ) {}

  /** Condition key of the session tag: `aws:PrincipalTag/school`. */
  public get principalTagKey(): string {
    return `aws:PrincipalTag/${this.noun}`;
  }

  /** Policy variable with the tenant id of a session: `${aws:PrincipalTag/school}`. */
  public get principalTag(): string {
    return `\${${this.principalTagKey}}`;
  }
}

const OPTIONS: PropKinds<TenancyOptions> = {
  tiers: required(listOf(having<Tier>('', 'name', 'rate', 'burst'), 'a list of tiers: [Tier.of(…)]')),
};
