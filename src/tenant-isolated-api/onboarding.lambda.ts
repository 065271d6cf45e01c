import { setTimeout as sleep } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readSettings } from '../runtime/environment';
import { writeLines } from '../runtime/log-line';
import { keyValue } from './lambda/key-value';
import { apiGateway } from './lambda/onboarding/api-gateway';
import { execute, type OnboardingDependencies, type OnboardingResult } from './lambda/onboarding/execute';
import { outcomeLines } from './lambda/onboarding/outcome-lines';
import { readRequest } from './lambda/onboarding/request';
import { sessionBoundaries } from './lambda/onboarding/session-boundary';
import { directoryTable } from './lambda/onboarding/table';
import { createSecret, readSecret } from './lambda/secret';
import { ONBOARDING_VARIABLES, type OnboardingSettings } from './settings';

/** No entry is started with less time left: an entry takes this long when API Gateway throttles it more than once. */
const SAFETY_MARGIN_MS = 60_000;
/** Reserved for the response. */
const RESPONSE_TIME_MS = 15_000;
/** Includes the retries. */
const SECRET_TIMEOUT_MS = 10_000;

const settings = readSettings<OnboardingSettings>(ONBOARDING_VARIABLES);
const plans = settings.PLANS;
const { principalTagKey = '', boundaries = [] } = settings.TENANT_ROLES ?? {};
const secret = createSecret(readSecret(new SecretsManagerClient(), settings.SECRET_ARN, SECRET_TIMEOUT_MS));

/** When this invocation ends. */
let end = 0;

const dependencies: OnboardingDependencies = {
  directory: directoryTable(settings.TABLE_NAME),
  controlPlane: apiGateway({
    now: Date.now,
    until: () => end - RESPONSE_TIME_MS,
    random: Math.random,
    sleep: async (milliseconds) => void (await sleep(milliseconds)),
  }),
  tenantRoles: { principalTagKey, boundaries: sessionBoundaries(boundaries) },
  plans,
  keyPrefix: settings.KEY_PREFIX,
  keyValue: async (tenant) => keyValue(await secret(), tenant),
  time: () => new Date().toISOString(),
};

export async function handler(event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<OnboardingResult> {
  const request = readRequest(event, Object.keys(plans));
  end = Date.now() + context.getRemainingTimeInMillis();
  const result = await execute(request, dependencies, () => context.getRemainingTimeInMillis() > SAFETY_MARGIN_MS);
  writeLines(...outcomeLines(request, result));
  return result;
}
