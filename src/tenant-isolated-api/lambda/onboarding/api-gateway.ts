import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteUsagePlanKeyCommand,
  GetApiKeyCommand,
  GetApiKeysCommand,
  GetUsagePlansCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import { type ApiKey, type ControlPlane, createQueue, type Pace } from './control-plane';

/** Timeouts of one call in milliseconds, so that a call that hangs does not use up the time of those after it. */
const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** API Gateway's control plane by the SDK. The SDK's retries are off, because the queue retries at the pace that the service allows. */
export function apiGateway(pace: Pace): ControlPlane {
  const client = new APIGatewayClient({ maxAttempts: 1, requestHandler: TIMEOUTS });
  const queued = createQueue(pace);
  return {
    createKey: (name, value) =>
      unless('ConflictException', undefined, async () =>
        keyFrom(await queued(() => client.send(new CreateApiKeyCommand({ name, value, enabled: true })), 'createKey')),
      ),
    async findKey(name, value) {
      let position: string | undefined;
      do {
        const page = await queued(() => client.send(new GetApiKeysCommand({ nameQuery: name, includeValues: true, limit: 500, position })));
        const found = page.items?.find((item) => item.name === name && item.value === value);
        if (found !== undefined) return keyFrom(found);
        position = page.position;
      } while (position !== undefined);
      return undefined;
    },
    getKey: (apiKey) =>
      unless('NotFoundException', undefined, async () =>
        keyFrom(await queued(() => client.send(new GetApiKeyCommand({ apiKey, includeValue: true })))),
      ),
    async setEnabled(apiKey, enabled) {
      const patchOperations = [{ op: 'replace' as const, path: '/enabled', value: String(enabled) }];
      await queued(() => client.send(new UpdateApiKeyCommand({ apiKey, patchOperations })));
    },
    async plansOf(keyId) {
      const { items = [] } = await queued(() => client.send(new GetUsagePlansCommand({ keyId, limit: 500 })));
      return items.flatMap(({ id }) => (id === undefined ? [] : [id]));
    },
    addToPlan: (usagePlanId, keyId) =>
      unless('ConflictException', undefined, async () => {
        await queued(() => client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' })));
      }),
    removeFromPlan: (usagePlanId, keyId) =>
      unless('NotFoundException', undefined, async () => {
        await queued(() => client.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId })));
      }),
  };
}

function keyFrom({ id = '', name = '', value = '', enabled = false }: Partial<ApiKey>): ApiKey {
  return { id, name, value, enabled };
}

async function unless<T>(error: string, otherwise: T, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    if ((thrown as Error).name === error) return otherwise;
    throw thrown;
  }
}
