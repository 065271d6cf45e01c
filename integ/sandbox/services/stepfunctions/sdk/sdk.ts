import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Credentials, JsonObject } from '../../../contracts';
import { sdkPackages } from '../../../engines';
import { SdkFailure } from '../integrations/services';
import { SDK_SERVICES, type SdkService } from './packages';
import { fromSdk, toSdk } from './shapes';

export interface SdkOptions {
  readonly region: string;
  /** The endpoint. */
  readonly url: string;
  report(line: string): void;
}

/** Calls services with the AWS SDK for JavaScript, so that each one's protocol is the SDK's. */
export interface Sdk {
  /** @throws SdkFailure */
  call(service: string, action: string, parameters: JsonObject, credentials: () => Credentials): Promise<JsonObject>;
  close(): void;
}

interface Client {
  send(command: unknown): Promise<Record<string, unknown>>;
  destroy(): void;
}
type Constructor<T> = new (options: unknown) => T;
type Package = Readonly<Record<string, Constructor<Client> | undefined>>;

export function createSdk({ region, url, report }: SdkOptions): Sdk {
  const packages = new Map<string, Promise<Package>>();
  const clients = new Set<Client>();
  return {
    async call(service, action, parameters, credentials) {
      const known = SDK_SERVICES[service] as SdkService;
      const loaded = packages.get(service) ?? loadPackage(known.package, report);
      packages.set(service, loaded);
      const sdk = await loaded;
      const Command = sdk[`${action[0].toUpperCase()}${action.slice(1)}Command`];
      if (Command === undefined) throw new SdkFailure(undefined, false, `${service} has no operation ${action}`, 0, '');
      const { accessKeyId, secretAccessKey, sessionToken } = credentials();
      // Step Functions leaves retries to the definition.
      const options = {
        region,
        endpoint: url,
        maxAttempts: 1,
        credentials: { accessKeyId, secretAccessKey, sessionToken },
        forcePathStyle: true,
      };
      const client = new (sdk[known.client] as Constructor<Client>)(options);
      clients.add(client);
      try {
        return await fromSdk(service, await client.send(new Command(toSdk(service, parameters))));
      } catch (error) {
        throw failureOf(error as ServiceException, sdk);
      } finally {
        clients.delete(client);
        client.destroy();
      }
    },
    close() {
      for (const client of clients) client.destroy();
    },
  };
}

interface ServiceException extends Error {
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

function failureOf(error: ServiceException, sdk: Package): SdkFailure {
  const { httpStatusCode = 0, requestId = '' } = error.$metadata ?? {};
  const code = error.$fault === undefined ? undefined : error.name;
  return new SdkFailure(code, code !== undefined && sdk[code] !== undefined, error.message, httpStatusCode, requestId);
}

/** The project's own client or, for services without one, that of the day that functions import too. */
async function loadPackage(name: string, report: (line: string) => void): Promise<Package> {
  const own = createRequire(__filename);
  try {
    return own(name) as Package;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    return createRequire(join(await sdkPackages([name], report), 'index.js'))(name) as Package;
  }
}
