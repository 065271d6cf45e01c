import { createHash } from 'node:crypto';
import { collecting, type Properties, propertiesOf } from '../../../assembly/properties';
import type { Assembly, Resource } from '../../../contracts';
import type { RateLimit } from '../token-bucket';
import { type ApiKey, PERIODS, type PlanStage, type Quota, type UsagePlan } from './definition';
import { createUsageStore, type UsageStore } from './store';

export interface LoadedUsage {
  readonly store: UsageStore;
  /** The keys and plans that are left out, one line each. */
  readonly problems: readonly string[];
}

/** The keys and plans of the template, as CloudFormation would create them. */
export function loadUsage(assembly: Assembly, now: number): LoadedUsage {
  const store = createUsageStore();
  const { problems, attempt } = collecting();
  const each = (type: string, add: (properties: Properties, resource: Resource) => void) => {
    for (const resource of assembly.ofType(`AWS::ApiGateway::${type}`)) {
      const properties = propertiesOf(assembly, resource);
      attempt(() => add(properties, resource));
    }
  };
  each('ApiKey', (properties, resource) => {
    const key = keyOf(properties, assembly.ref(resource), now);
    properties.attempt('Value', () => store.put(key));
  });
  each('UsagePlan', (properties, resource) => store.addPlan(planOf(properties, assembly.ref(resource))));
  each('UsagePlanKey', (properties) => {
    const keyType = properties.required('KeyType');
    if (keyType !== 'API_KEY') throw properties.invalid('KeyType', `${keyType} is not supported`);
    const pair = { keyId: properties.required('KeyId'), planId: properties.required('UsagePlanId') };
    properties.attempt('KeyId', () => store.join(pair));
  });
  return { store, problems: [...problems] };
}

function keyOf(properties: Properties, id: string, now: number): ApiKey {
  return {
    id,
    value: properties.text('Value') ?? generatedValue(id),
    name: properties.text('Name') ?? id,
    customerId: properties.text('CustomerId'),
    description: properties.text('Description'),
    // Documented: AWS::ApiGateway::ApiKey: a key without `Enabled` is disabled.
    enabled: properties.flag('Enabled'),
    created: now,
    updated: now,
  };
}

/** 40 letters and digits, as the service generates them. The same seed always gives the same value. */
export function generatedValue(seed: string): string {
  const digest = createHash('sha512').update(seed).digest('base64');
  return digest.replace(/[^A-Za-z0-9]/g, '').slice(0, 40);
}

function planOf(properties: Properties, id: string): UsagePlan {
  const throttle = properties.object('Throttle');
  const quota = properties.object('Quota');
  const stages = properties.list('ApiStages').map(stageOf);
  if (!throttle && stages.some(({ methods }) => methods.size > 0)) {
    // Observed: the service's own message.
    throw properties.invalid('Throttle', 'is missing: Usage plan throttle settings are required for method throttles');
  }
  return {
    id,
    name: properties.text('UsagePlanName') ?? id,
    description: properties.text('Description'),
    stages,
    throttle: throttle && limitOf(throttle),
    quota: quota && quotaOf(quota),
  };
}

function stageOf(stage: Properties): PlanStage {
  const methods = Object.entries(stage.texts('Throttle')).map(([method, text]): [string, RateLimit] => {
    const limit = stage.attempt(`Throttle.${method}`, () => JSON.parse(text) as { RateLimit?: unknown; BurstLimit?: unknown });
    const { RateLimit: rate, BurstLimit: burst, ...others } = limit;
    for (const name of Object.keys(others)) throw stage.invalid(`Throttle.${method}.${name}`, 'is not supported');
    return [
      method,
      { rate: amount(rate, stage, `Throttle.${method}.RateLimit`), burst: amount(burst, stage, `Throttle.${method}.BurstLimit`) },
    ];
  });
  return { apiId: stage.required('ApiId'), stage: stage.required('Stage'), methods: new Map(methods) };
}

function limitOf(throttle: Properties): RateLimit {
  return {
    rate: amount(throttle.text('RateLimit'), throttle, 'RateLimit'),
    burst: amount(throttle.text('BurstLimit'), throttle, 'BurstLimit'),
  };
}

/** A number of a limit. Both numbers are required, because it is not documented what AWS does without one. */
function amount(value: unknown, owner: Properties, name: string): number {
  if (value === undefined) throw owner.invalid(name, 'is missing');
  const number = Number(value);
  if (!(number >= 0)) throw owner.invalid(name, `must be a number, not ${value}`);
  return number;
}

function quotaOf(quota: Properties): Quota {
  const period = PERIODS.find((one) => one === quota.required('Period'));
  if (!period) throw quota.invalid('Period', `${quota.text('Period')} is not supported`);
  const offset = quota.number('Offset') ?? 0;
  if (offset !== 0) {
    // The reference says "the number of requests subtracted from the given limit in the initial time period", but the service accepts 0 per
    // day, up to 6 per week and up to 27 per month, as if it were a number of days.
    throw quota.invalid('Offset', `${offset} is not supported: its documentation contradicts the values that the service accepts`);
  }
  return { limit: amount(quota.text('Limit'), quota, 'Limit'), period };
}
