import { APIGatewayClient, GetApiKeysCommand } from '@aws-sdk/client-api-gateway';
import type { Json, JsonObject, Resource, Sandbox } from '../../sandbox';

/** The result of one entry of a request. */
export interface Result {
  readonly status: 'done' | 'waiting' | 'failed';
  readonly reason?: string;
}

/** The onboarding function of the API. */
export interface Onboarding {
  /** Invokes it with one entry. @returns undefined if the function ended before it could answer */
  ask(request: object): Promise<Result | undefined>;
  /**
   * Kills what runs of the function when it has made this many calls from now on.
   *
   * @returns whether it was killed by the time that this is called, after which it is not killed any more
   */
  killAt(call: number): () => boolean;
  /** The tenants whose API key is enabled. */
  enabledKeys(): Promise<ReadonlySet<string>>;
  close(): void;
}

export function createOnboarding(
  { assembly, endpoint, functions }: Sandbox,
  resource: (type: string, path: string) => Resource,
): Onboarding {
  const onboardingFunction = resource('AWS::Lambda::Function', '/Api/Onboarding');
  const arn = assembly.attribute(onboardingFunction, 'Arn');
  const { Variables } = assembly.properties(onboardingFunction).Environment as { Variables: JsonObject };
  const prefix = String(Variables.KEY_PREFIX);
  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  const gateway = new APIGatewayClient({
    endpoint: endpoint.url,
    region: assembly.region,
    credentials: { accessKeyId, secretAccessKey },
  });
  const role = `/${assembly.ref(resource('AWS::IAM::Role', '/Api/Onboarding'))}/`;
  let left = 0;
  const stopCounting = endpoint.onCall(({ principal }) => {
    if (left === 0 || !principal.includes(role)) return;
    left -= 1;
    if (left === 0) functions.kill(arn);
  });
  return {
    async ask(request) {
      const { payload, functionError } = await functions.invoke(arn, request as Json);
      if (functionError !== undefined) return undefined;
      const { results } = payload as unknown as { readonly results: readonly [Result] };
      return results[0];
    },
    killAt(call) {
      left = call;
      return () => {
        const wasKilled = left === 0;
        left = 0;
        return wasKilled;
      };
    },
    async enabledKeys() {
      const found = new Set<string>();
      let position: string | undefined;
      do {
        const page = await gateway.send(new GetApiKeysCommand({ nameQuery: prefix, limit: 500, position }));
        for (const { name = '', enabled } of page.items ?? []) if (enabled) found.add(name.slice(prefix.length));
        position = page.position;
      } while (position !== undefined);
      return found;
    },
    close() {
      gateway.destroy();
      stopCounting();
    },
  };
}
