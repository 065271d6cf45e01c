import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Firewall, TenantDirectory, TenantIsolatedApi, type TenantIsolatedApiProps, TenantUserPool } from '../../src';
import { ingestPath } from '../buffered-ingest-path/fixtures';
import { violations } from '../nag';
import { testStack } from '../synth';
import { target, tenancy } from './fixtures';

const variants: Partial<TenantIsolatedApiProps>[] = [
  {},
  { allowedOrigins: ['https://app.example'] },
  { allowedOrigins: ['https://app.example', 'https://other.example'], firewall: Firewall.counting() },
  { firewall: Firewall.fromWebAclArn('arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shared/0') },
];

test.each([undefined, { account: '111122223333', region: 'eu-west-1' }])(
  'no rule pack has open findings in an API, its directory, its users and its routes, env %j',
  (env) => {
    for (const props of variants) {
      const stack = testStack({ env });
      const directory = new TenantDirectory(stack, 'Directory', { tenancy });
      const issuer = new TenantUserPool(stack, 'Users', { directory, callbackUrls: ['https://app.example/signed-in'] });
      const api = new TenantIsolatedApi(stack, 'Api', { directory, issuer, ...props });
      api.addRoute('ANY /grades/{proxy+}', target(stack));
      api.addRoute('POST /visits', ingestPath(stack));
      api.grants.onboard(new Role(stack, 'Operator', { assumedBy: new ServicePrincipal('states.amazonaws.com') }));
      const found = violations(stack);
      // The test's own function, table and operator role have findings.
      const own = / Test\/(Function|VisitsTable)\/|IAMNoInlinePolicy Test\/Operator\//;
      expect(found.filter((violation) => !own.test(violation))).toEqual([]);
    }
  },
);
