import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../sandbox';
import { NAMES } from './names';

/** A fault of the app, or of the operator, that the proof must find. */
export interface Break {
  readonly what: string;
  /** Changes the pipe of the synthesized template. */
  readonly pipe?: (properties: JsonObject) => JsonObject;
  /** Changes the delivery stream of the synthesized template. */
  readonly delivery?: (destination: JsonObject) => JsonObject;
  readonly backfill?: false;
  readonly dedupe?: false;
  /** The proof kills nothing, or throttles nothing. */
  readonly kills?: false;
  readonly throttling?: false;
}

const object = (value: unknown): JsonObject => value as JsonObject;

export const BREAKS: Readonly<Record<string, Break>> = {
  'no-dead-letters': {
    what: 'the pipe has no dead-letter queue',
    pipe: (properties) => source(properties, ({ DeadLetterConfig: _, ...rest }) => rest),
  },
  'all-events': {
    what: 'the filter of the pipe does not name events, so that removals pass',
    pipe(properties) {
      const { FilterCriteria: _, ...rest } = object(properties.SourceParameters);
      return { ...properties, SourceParameters: rest };
    },
  },
  'no-type-check': {
    what: "Firehose's expression does not check the types of attributes",
    delivery(destination) {
      const text = JSON.stringify(destination);
      return JSON.parse(text.replace('if length>0 then error(join(\\", \\")) else ', 'if false then . else ')) as JsonObject;
    },
  },
  'delivery-month': {
    what: 'folders are those of the delivery, not of the change',
    delivery(destination) {
      return JSON.parse(JSON.stringify(destination).replaceAll('.changed_at|strftime', 'now|strftime')) as JsonObject;
    },
  },
  'wrong-tenant': {
    what: 'rows of school-02 are in the folder of school-01',
    delivery(destination) {
      const text = JSON.stringify(destination);
      return JSON.parse(
        text.replace('then .[0] else error(', 'then (if .[0]==\\"school-02\\" then \\"school-01\\" else .[0] end) else error('),
      ) as JsonObject;
    },
  },
  'no-backfill': { what: 'the hours that the pipe stood still are not backfilled', backfill: false },
  'no-dedupe': { what: 'rows are counted without regard to event_id', dedupe: false },
  'no-kills': { what: 'neither pipe nor delivery is killed', kills: false },
  'no-throttling': { what: 'Firehose is never too busy', throttling: false },
};

function source(properties: JsonObject, change: (parameters: JsonObject) => JsonObject): JsonObject {
  const parameters = object(properties.SourceParameters);
  return {
    ...properties,
    SourceParameters: { ...parameters, DynamoDBStreamParameters: change(object(parameters.DynamoDBStreamParameters)) },
  };
}

/** Breaks the synthesized template in a folder. @throws if the break changes nothing */
export function breakAssembly(folder: string, { pipe, delivery, what }: Break): void {
  if (pipe === undefined && delivery === undefined) return;
  const path = join(folder, `${NAMES.stack}.template.json`);
  const text = readFileSync(path, 'utf8');
  const template = JSON.parse(text) as { Resources: Record<string, { Type: string; Properties: Record<string, JsonObject[string]> }> };
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type === 'AWS::Pipes::Pipe' && id.startsWith('LakePipe'))
      Object.assign(template.Resources[id], { Properties: pipe?.(Properties) ?? Properties });
    if (Type === 'AWS::KinesisFirehose::DeliveryStream' && id.startsWith('LakeDelivery')) {
      const name = 'ExtendedS3DestinationConfiguration';
      Properties[name] = delivery?.(object(Properties[name])) ?? Properties[name];
    }
  }
  const broken = JSON.stringify(template);
  if (broken === JSON.stringify(JSON.parse(text))) throw new Error(`The template has nothing to break: ${what}`);
  writeFileSync(path, broken);
}
