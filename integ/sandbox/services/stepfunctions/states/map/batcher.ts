import type { Json, JsonObject } from '../../../../contracts';
import { NotSupported } from '../../definition/not-supported';
import { only } from '../../definition/only';
import type { Reading } from '../../definition/state-type';
import type { PlannedChild, Scope } from '../../model';
import { RUNTIME, TaskFailure } from '../../run/failure';
import { sizeOf } from '../../run/frame';
import { MAX_PAYLOAD_BYTES } from '../../run/run-states';
import { numberOf } from './concurrency';

/** Groups items into batches. @throws TaskFailure */
export type Batcher = (scope: Scope, items: readonly Json[]) => Promise<PlannedChild[]>;

/** Documented: "ItemBatcher (Map)". Returns undefined without one. */
export function readBatcher(fields: JsonObject, { language, where }: Reading): Batcher | undefined {
  if (fields.ItemBatcher === undefined) return undefined;
  const at = `${where}.ItemBatcher`;
  const values = ['MaxItemsPerBatch', 'MaxInputBytesPerBatch'];
  const batcher = only(fields.ItemBatcher, at, ['BatchInput', ...values.flatMap((value) => language.names(value))]);
  const most = language.value(batcher, 'MaxItemsPerBatch', at);
  const bytes = language.value(batcher, 'MaxInputBytesPerBatch', at);
  if (most === undefined && bytes === undefined) throw new NotSupported(`${at} must have MaxItemsPerBatch or MaxInputBytesPerBatch`);
  const shared = batcher.BatchInput === undefined ? undefined : language.template(batcher.BatchInput, `${at}.BatchInput`);
  return async (scope, items) => {
    const maxItems = (await numberOf(most, scope, 'MaxItemsPerBatch', language)) ?? Number.POSITIVE_INFINITY;
    const maxBytes = (await numberOf(bytes, scope, 'MaxInputBytesPerBatch', language, MAX_PAYLOAD_BYTES)) ?? MAX_PAYLOAD_BYTES;
    const BatchInput = await shared?.(scope);
    const inputOf = (Items: Json[]): JsonObject => ({ ...(BatchInput === undefined ? {} : { BatchInput }), Items });
    const batches: Json[][] = [];
    let size = 0;
    for (const item of items) {
      const current = batches.at(-1);
      const added = sizeOf(item) + 1;
      if (current === undefined || current.length >= Math.max(1, maxItems) || size + added > maxBytes) {
        batches.push([item]);
        size = sizeOf(inputOf([])) + added;
        if (size > maxBytes) throw new TaskFailure(RUNTIME, `An item is larger than a batch may be: ${maxBytes} bytes`);
      } else {
        current.push(item);
        size += added;
      }
    }
    return batches.map((batch) => ({ input: inputOf(batch), items: batch.length }));
  };
}
