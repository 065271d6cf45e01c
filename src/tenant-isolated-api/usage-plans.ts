import { Period, type Stage, UsagePlan } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import type { Tenancy } from '../tenancy';

/** Creates one usage plan for each tier, by the tier's name. Onboarding adds the keys, because tenants come and go without a deployment. */
export function createUsagePlans(scope: Construct, tenancy: Tenancy, stage: Stage): Record<string, UsagePlan> {
  return Object.fromEntries(
    tenancy.tiers.map(({ name, rate, burst, quotaPerDay }) => [
      name,
      new UsagePlan(scope, `Plan${pascal(name)}`, {
        description: `Limits of each ${tenancy.noun} on the tier ${name}`,
        apiStages: [{ api: stage.restApi, stage }],
        throttle: { rateLimit: rate, burstLimit: burst },
        ...(quotaPerDay === undefined ? {} : { quota: { limit: quotaPerDay, period: Period.DAY } }),
      }),
    ]),
  );
}

function pascal(name: string): string {
  return name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
}
