import type { JsonObject } from '../../../contracts';
import { TaskFailure } from '../run/failure';
import type { ReadIntegration } from './integration';
import { call } from './optimized';

/** Between two looks at a query, in seconds of the sandbox's clock. */
const POLL_SECONDS = 1;

/** Documented: "Call Amazon Athena with Step Functions": `.sync` waits until the query ends, and returns GetQueryExecution's response. */
export const athenaSync: ReadIntegration = (resource) =>
  /^arn:[^:]+:states:::athena:startQueryExecution\.sync(:2)?$/.test(resource)
    ? {
        ...{ resourceType: 'athena', resource: 'startQueryExecution.sync', waits: true, lost: 'Athena.SdkClientException' },
        async run(given, { run, sleep, signal }) {
          const started = await call(() => run.services.call('athena', 'startQueryExecution', given as JsonObject), 'athena');
          const { QueryExecutionId } = started;
          const stop = () => void run.services.call('athena', 'stopQueryExecution', { QueryExecutionId }).catch(() => undefined);
          signal.addEventListener('abort', stop, { once: true });
          try {
            for (;;) {
              const found = await call(() => run.services.call('athena', 'getQueryExecution', { QueryExecutionId }), 'athena');
              const { Status } = found.QueryExecution as JsonObject;
              const { State } = Status as JsonObject;
              if (State === 'SUCCEEDED') return found;
              if (State === 'FAILED' || State === 'CANCELLED')
                throw new TaskFailure('States.TaskFailed', JSON.stringify(found.QueryExecution));
              await sleep(POLL_SECONDS * 1000);
            }
          } finally {
            signal.removeEventListener('abort', stop);
          }
        },
      }
    : undefined;
