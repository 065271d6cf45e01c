import type { JsonObject } from '../../../../contracts';
import { NotSupported } from '../../definition/not-supported';
import { only } from '../../definition/only';
import type { Reading, StateType } from '../../definition/state-type';
import { QUERY_FAILED } from '../../language/jsonata/evaluate';
import { RUNTIME, TaskFailure } from '../../run/failure';
import { readHandling } from '../../run/handling';
import { leadsTo, nextOf } from '../next';
import { readDistributed } from './distributed';
import { readInline } from './inline';
import type { MapParts, Processing } from './parts';

/** Fields of Distributed Map only. */
const DISTRIBUTED = ['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label'];

export const map: StateType = {
  fields: ['Next', 'End', 'Retry', 'Catch', 'ItemProcessor', 'Iterator', 'ItemSelector', ...DISTRIBUTED],
  values: ['MaxConcurrency', 'ToleratedFailureCount', 'ToleratedFailurePercentage'],
  read(fields, reading) {
    const { language, where } = reading;
    const flow = language.flow(fields, where, 'Map');
    const processing = readProcessing(fields, reading);
    const handling = readHandling(fields, reading);
    const end = nextOf(fields);
    return {
      ...{ type: 'Map', leadsTo: [...leadsTo(end), ...handling.leadsTo] },
      run: (frame, scope) =>
        handling.run(
          frame,
          scope,
          async (attempt) => {
            const inner = { ...attempt, data: await flow.input(attempt) };
            const result = await processing.run(frame, inner);
            frame.event('MapStateSucceeded');
            return { ...(await flow.output(inner, result)), ...end };
          },
          // Recorded: the history has no such event for States.Runtime.
          ({ error }) => error !== RUNTIME && frame.event('MapStateFailed'),
        ),
    };
  },
};

function readProcessing(fields: JsonObject, reading: Reading): Processing {
  const { language, where } = reading;
  const processor = (fields.ItemProcessor ?? fields.Iterator) as JsonObject | undefined;
  if (processor === undefined) throw new NotSupported(`${where} must have an ItemProcessor`);
  const config = only(processor.ProcessorConfig ?? {}, `${where}.ItemProcessor.ProcessorConfig`, ['Mode', 'ExecutionType']);
  const parts = {
    reading,
    fields,
    processor,
    maxConcurrency: language.value(fields, 'MaxConcurrency', where),
    ...readItems(fields, reading),
  };
  switch (config.Mode ?? 'INLINE') {
    case 'INLINE': {
      const wrong = DISTRIBUTED.find((field) => fields[field] !== undefined);
      if (wrong !== undefined)
        throw new NotSupported(`${where}.${wrong} is not supported for the mode INLINE: set ProcessorConfig.Mode to DISTRIBUTED`);
      return readInline(parts);
    }
    case 'DISTRIBUTED':
      return readDistributed(parts);
    default:
      throw new NotSupported(
        `${where}.ItemProcessor.ProcessorConfig.Mode ${config.Mode} is not supported: it must be INLINE or DISTRIBUTED`,
      );
  }
}

function readItems(fields: JsonObject, { language, where }: Reading): Pick<MapParts, 'items' | 'input'> {
  const isJsonata = language.name === 'JSONata';
  // ItemsPath is a path to the items; the language reads it like every field that ends in Path.
  const items = language.value(isJsonata ? fields : { ItemsPath: fields.ItemsPath ?? '$' }, 'Items', where);
  const { ItemSelector, Parameters } = fields;
  const given = ItemSelector ?? (isJsonata ? undefined : Parameters);
  const selector =
    given === undefined ? undefined : language.template(given, `${where}.${ItemSelector === undefined ? 'Parameters' : 'ItemSelector'}`);
  return {
    async items(scope) {
      const found = items === undefined ? scope.input : await items(scope);
      if (Array.isArray(found)) return found;
      const reason = `The items of ${where} must be an array, not ${JSON.stringify(found)}`;
      throw new TaskFailure(isJsonata ? QUERY_FAILED : RUNTIME, reason);
    },
    input: async (scope, item) =>
      selector === undefined ? item.Value : selector({ ...scope, context: { ...scope.context, Map: { Item: { ...item } } } }),
  };
}
