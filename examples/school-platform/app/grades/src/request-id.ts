import { AsyncLocalStorage } from 'node:async_hooks';
import { addCorrelationIds } from 'cdk-andamio/tenant-sessions';

const requests = new AsyncLocalStorage<string>();

/** Runs what answers a request: the calls to AWS within it have its correlation id. */
export function answering(correlationId: string, answer: () => void): void {
  requests.run(correlationId, answer);
}

const add = addCorrelationIds(() => {
  const id = requests.getStore();
  return id === undefined ? [] : [id];
});

/** A client of the SDK, of whatever service. */
interface SdkClient {
  readonly middlewareStack: { add(middleware: typeof add, options: { readonly step: 'initialize' }): void };
}

/** A client whose calls have the correlation id of their request in their user agent, by which the audit trail finds them. */
export function withRequestId<Client extends SdkClient>(client: Client): Client {
  client.middlewareStack.add(add, { step: 'initialize' });
  return client;
}
