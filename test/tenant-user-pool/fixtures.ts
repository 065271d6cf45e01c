import type { Construct } from 'constructs';
import { Tenancy, TenantDirectory, TenantUserPool, type TenantUserPoolProps, Tier } from '../../src';

export const tenancy = Tenancy.of('school', {
  tiers: [Tier.of('standard', { rate: 50, burst: 100 }), Tier.of('trial', { rate: 2, burst: 4 })],
});

/** The pool of the README, with overrides. */
export function userPool(scope: Construct, props: Partial<TenantUserPoolProps> = {}, id = 'Users'): TenantUserPool {
  const directory = props.directory ?? new TenantDirectory(scope, `${id}Directory`, { tenancy });
  return new TenantUserPool(scope, id, { callbackUrls: ['https://app.example/signed-in'], ...props, directory });
}
