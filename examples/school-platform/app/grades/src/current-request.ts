import { AsyncLocalStorage } from 'node:async_hooks';
import { addCorrelationIds } from 'cdk-andamio/tenant-sessions';
import type { RequestTrace } from './traces';

/** The request that is being answered. */
export interface CurrentRequest {
  readonly correlationId: string;
  /** Undefined for a request without a name in metrics, such as a check of health. */
  readonly trace?: RequestTrace;
}

const requests = new AsyncLocalStorage<CurrentRequest>();

/** Runs what answers a request: the calls to AWS within it have its correlation id, and are in its trace. */
export function answering(request: CurrentRequest, answer: () => void): void {
  requests.run(request, answer);
}

const addId = addCorrelationIds(() => {
  const id = requests.getStore()?.correlationId;
  return id === undefined ? [] : [id];
});

/** The names of a command in the SDK. */
interface CommandNames {
  readonly clientName?: string;
  readonly commandName?: string;
}

function addToTrace<Next extends (input: never) => Promise<unknown>>(next: Next, { clientName, commandName }: CommandNames): Next {
  const traced = async (input: Parameters<Next>[0]) => {
    const end = requests.getStore()?.trace?.call(without(clientName, 'Client'), without(commandName, 'Command'));
    try {
      const output = await next(input);
      end?.();
      return output;
    } catch (error) {
      end?.((error as Error).name);
      throw error;
    }
  };
  return traced as Next;
}

const without = (name = '', ending: string) => (name.endsWith(ending) ? name.slice(0, -ending.length) : name);

/** A client of the SDK, of whatever service. */
interface SdkClient {
  readonly middlewareStack: {
    add(middleware: typeof addId | typeof addToTrace, options: { readonly step: 'initialize'; readonly priority: 'high' }): void;
  };
}

/**
 * A client whose calls belong to the request that is being answered: they have its correlation id in their user agent, by which the audit
 * trail finds them, and are in its trace.
 */
export function ofCurrentRequest<Client extends SdkClient>(client: Client): Client {
  for (const middleware of [addId, addToTrace]) client.middlewareStack.add(middleware, { step: 'initialize', priority: 'high' });
  return client;
}
