import { type Properties, propertiesOf } from '../../assembly/properties';
import type { Assembly, Resource } from '../../contracts';
import { type EventPattern, eventPattern } from '../../streams/event-pattern';
import { inputTemplate } from './input-template';

export type TargetKind = 'firehose' | 'sqs' | 'lambda';

/** How a pipe reads a stream. */
export interface StreamSettings {
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly maximumRecordAgeSeconds: number;
  readonly maximumRetryAttempts: number;
  readonly bisect: boolean;
  readonly deadLetterArn?: string;
}

/** A pipe of the template. */
export interface TemplatePipe {
  readonly resource: Resource;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly running: boolean;
  readonly sourceArn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** The settings of a stream; a queue has none of them. */
  readonly stream?: StreamSettings;
  /** An event is delivered if one of them matches; all events are if there are none. */
  readonly filters: readonly EventPattern[];
  readonly enrichmentArn?: string;
  readonly enrichmentTemplate?: string;
  readonly target: { readonly kind: TargetKind; readonly arn: string };
  readonly template?: string;
  readonly logs?: { readonly group: string; readonly level: Level };
}

export type Level = 'OFF' | 'ERROR' | 'INFO' | 'TRACE';
const LEVELS: readonly string[] = ['OFF', 'ERROR', 'INFO', 'TRACE'];

/** The largest batches of targets, with batches as large as the source allows for functions. Documented: "Supported batchable targets". */
const LARGEST: Readonly<Record<TargetKind, number>> = { firehose: 500, sqs: 10, lambda: 10_000 };

/**
 * Reads a pipe, and validates it as CreatePipe does.
 *
 * @throws if AWS would reject it or the sandbox does not support it
 */
export function readPipe(assembly: Assembly, resource: Resource): TemplatePipe {
  const pipe = propertiesOf(assembly, resource);
  const sourceArn = pipe.required('Source');
  const kind = sourceArn.split(':')[2];
  const parameters = pipe.object('SourceParameters');
  const source = kind === 'sqs' ? parameters?.object('SqsQueueParameters') : parameters?.object('DynamoDBStreamParameters');
  if (kind !== 'sqs' && !STREAM_ARN.test(sourceArn)) {
    throw pipe.invalid('Source', `${sourceArn} is not supported: only the stream of a DynamoDB table and a queue are`);
  }
  if (kind !== 'sqs' && source === undefined) throw pipe.invalid('SourceParameters.DynamoDBStreamParameters', 'is missing');
  const target = targetOf(pipe.required('Target'), (problem) => pipe.invalid('Target', problem));
  const batchSize = source === undefined ? 10 : whole(source, 'BatchSize', 1, 10_000, kind === 'sqs' ? 10 : 100);
  if (batchSize > LARGEST[target.kind]) {
    throw (source ?? pipe).invalid('BatchSize', `is ${batchSize}: the largest batch of the target is ${LARGEST[target.kind]}`);
  }
  const enrichmentArn = pipe.text('Enrichment');
  if (enrichmentArn !== undefined && !enrichmentArn.includes(':lambda:')) {
    throw pipe.invalid('Enrichment', `${enrichmentArn} is not supported: only a function is`);
  }
  const [enrichmentTemplate, template] = ['EnrichmentParameters', 'TargetParameters'].map((name) => {
    const own = pipe.object(name);
    const text = own?.text('InputTemplate');
    if (text !== undefined) own?.attempt('InputTemplate', () => inputTemplate(text));
    return text;
  });
  const filters = (parameters?.object('FilterCriteria')?.list('Filters') ?? []).map((filter) =>
    filter.attempt('Pattern', () => eventPattern(filter.required('Pattern'))),
  );
  if (filters.length > 5) throw pipe.invalid('SourceParameters.FilterCriteria.Filters', 'has more than five filters');
  return {
    ...{ resource, name: assembly.ref(resource), arn: assembly.attribute(resource, 'Arn'), roleArn: pipe.required('RoleArn') },
    ...{ sourceArn, batchSize, target, template, enrichmentArn, enrichmentTemplate, filters },
    running: (pipe.text('DesiredState') ?? 'RUNNING') === 'RUNNING',
    windowSeconds: source === undefined ? 0 : whole(source, 'MaximumBatchingWindowInSeconds', 0, 300, 0),
    stream: source === undefined || kind === 'sqs' ? undefined : streamOf(source),
    logs: logsOf(pipe),
  };
}

const STREAM_ARN = /^arn:[^:]+:dynamodb:[^:]+:\d{12}:table\/[^/]+\/stream\/.+$/;

function whole(of: Properties, name: string, least: number, most: number, unset: number): number {
  const value = of.number(name) ?? unset;
  const allowed = (Number.isInteger(value) && value >= least && value <= most) || value === unset;
  if (!allowed) throw of.invalid(name, `is ${value}: it must be a whole number from ${least} to ${most}`);
  return value;
}

function streamOf(stream: Properties): StreamSettings {
  const startingPosition = stream.required('StartingPosition');
  if (startingPosition !== 'TRIM_HORIZON' && startingPosition !== 'LATEST') {
    throw stream.invalid('StartingPosition', `${startingPosition} is not TRIM_HORIZON or LATEST`);
  }
  const bisect = stream.text('OnPartialBatchItemFailure');
  if (bisect !== undefined && bisect !== 'AUTOMATIC_BISECT') {
    throw stream.invalid('OnPartialBatchItemFailure', `${bisect} is not AUTOMATIC_BISECT`);
  }
  const deadLetterArn = stream.object('DeadLetterConfig')?.text('Arn');
  if (deadLetterArn !== undefined && !deadLetterArn.includes(':sqs:')) {
    throw stream.invalid('DeadLetterConfig.Arn', `${deadLetterArn} is not supported: only a queue is`);
  }
  return {
    ...{ startingPosition, deadLetterArn, bisect: bisect !== undefined },
    maximumRecordAgeSeconds: whole(stream, 'MaximumRecordAgeInSeconds', 60, 604_800, -1),
    maximumRetryAttempts: whole(stream, 'MaximumRetryAttempts', 0, 10_000, -1),
  };
}

function targetOf(arn: string, invalid: (problem: string) => Error): TemplatePipe['target'] {
  const service = arn.split(':')[2];
  if (service === 'firehose' || service === 'sqs' || service === 'lambda') return { kind: service, arn };
  throw invalid(`${arn} is not supported: only delivery streams, queues and functions are`);
}

function logsOf(pipe: Properties): TemplatePipe['logs'] {
  const logs = pipe.object('LogConfiguration');
  const level = logs?.text('Level') ?? 'OFF';
  if (logs === undefined || level === 'OFF') return undefined;
  if (!LEVELS.includes(level)) throw logs.invalid('Level', `${level} is not one of ${LEVELS.join(', ')}`);
  const arn = logs.object('CloudwatchLogsLogDestination')?.required('LogGroupArn') ?? '';
  const group = /:log-group:([^:]+)/.exec(arn)?.[1];
  if (group === undefined) throw logs.invalid('CloudwatchLogsLogDestination.LogGroupArn', `"${arn}" is not the ARN of a log group`);
  return { group, level: level as Level };
}
