import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteUsagePlanKeyCommand,
  GetApiKeyCommand,
  GetApiKeysCommand,
  GetUsagePlansCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import { type ApiKey, type ControlPlane, createQueue, type Pace } from './control-plane';
import { Conflict } from './directory';

/** Timeouts of one call in milliseconds, so that a call that hangs does not use up the time of those after it. */
const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** API Gateway's control plane by the SDK. The SDK's retries are off, because the queue retries at the pace that the service allows. */
export function apiGateway(pace: Pace): ControlPlane {
  const client = new APIGatewayClient({ maxAttempts: 1, requestHandler: TIMEOUTS });
  const queued = createQueue(pace);
  const plansOf = async (keyId: string) => {
    const { items = [] } = await queued(() => client.send(new GetUsagePlansCommand({ keyId, limit: 500 })));
    return items.flatMap(({ id }) => (id === undefined ? [] : [id]));
  };
  return {
    createKey: (name, value) =>
      unless('ConflictException', undefined, async () =>
        keyFrom(await queued(() => client.send(new CreateApiKeyCommand({ name, value, enabled: false })), 'createKey')),
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
      await existing(() => queued(() => client.send(new UpdateApiKeyCommand({ apiKey, patchOperations }))));
    },
    deleteKey: (apiKey) =>
      unless('NotFoundException', undefined, async () => {
        await queued(() => client.send(new DeleteApiKeyCommand({ apiKey })), 'deleteKey');
      }),
    plansOf,
    async addToPlan(usagePlanId, keyId) {
      try {
        await existing(() => queued(() => client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }))));
      } catch (error) {
        // The key is part of this plan already, or of another one of the same stage: the error does not say which.
        if ((error as Error).name !== 'ConflictException' || !(await plansOf(keyId)).includes(usagePlanId)) throw error;
      }
    },
    removeFromPlan: (usagePlanId, keyId) =>
      unless('NotFoundException', undefined, async () => {
        await queued(() => client.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId })));
      }),
  };
}

function keyFrom({ id = '', name = '', value = '', enabled = false }: Partial<ApiKey>): ApiKey {
  return { id, name, value, enabled };
}

/** Another request may delete a key at any time, because it suspends the tenant. */
async function existing<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const { name, message } = error as Error;
    throw name === 'NotFoundException' ? new Conflict(`another request has deleted the API key: repeat the request (${message})`) : error;
  }
}

async function unless<T>(error: string, otherwise: T, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    if ((thrown as Error).name === error) return otherwise;
    throw thrown;
  }
}
