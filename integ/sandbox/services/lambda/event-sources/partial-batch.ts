import type { Invocation, Json } from '../../../contracts';
import { objectOf } from '../../../protocol/json';

/**
 * The failed messages of a batch, by the function's response (documented: "Handling errors for an SQS event source in Lambda",
 * success and failure conditions). An error, or a malformed response, fails all of them.
 *
 * @param partialBatches whether the mapping has ReportBatchItemFailures; without it the response is ignored
 */
export function failedMessages(
  invocation: Pick<Invocation, 'payload' | 'functionError'>,
  messageIds: readonly string[],
  partialBatches: boolean,
): ReadonlySet<string> {
  const all = new Set(messageIds);
  if (invocation.functionError !== undefined) {
    return all;
  }
  if (!partialBatches) {
    return new Set();
  }
  const { payload } = invocation;
  if (payload === null || payload === '') {
    return new Set();
  }
  if (typeof payload !== 'object' || Array.isArray(payload)) {
    return all;
  }
  const failures: Json | undefined = payload.batchItemFailures;
  if (failures === undefined || failures === null) {
    return new Set();
  }
  if (!Array.isArray(failures)) {
    return all;
  }
  const failed = new Set<string>();
  for (const failure of failures) {
    const identifier = objectOf(failure).itemIdentifier;
    if (typeof identifier !== 'string' || !all.has(identifier)) {
      return all;
    }
    failed.add(identifier);
  }
  return failed;
}
