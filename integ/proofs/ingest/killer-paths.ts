import type { Observer } from '../../kit/observer';
import type { Assembly, Resource, Sandbox } from '../../sandbox';
import type { watchDeaths, watchTable } from './killer-watch';

/** An ingest path of the app, with the values of its template. */
export interface KillerPath {
  readonly name: string;
  readonly url: string;
  readonly writerArn: string;
  readonly logGroup: string;
  /** In the order in which messages pass through them. */
  readonly queueUrls: { readonly queue: string; readonly retry: string; readonly dead: string };
  readonly visibilitySeconds: number;
  readonly windowSeconds: number;
  readonly timeoutSeconds: number;
  readonly concurrency: number;
  /** The number of receives in batches of one, from the template. */
  readonly retries: number;
}

/** The resources that all cases share. */
export interface KillerRun {
  readonly sandbox: Sandbox;
  readonly observer: Observer;
  readonly table: ReturnType<typeof watchTable>;
  readonly deaths: ReturnType<typeof watchDeaths>;
  path(name: string): KillerPath;
}

/** Reads the ingest path of a case from the template. */
export function readPath({ assembly, restApis }: Sandbox, name: string): KillerPath {
  const one = (type: string, path: string): Resource => {
    const found = assembly.ofType(type).filter((resource) => resource.path?.startsWith(`Killers/${name}/${path}`));
    if (found.length !== 1) throw new Error(`Expected one resource of type ${type} under ${name}/${path}, found ${found.length}`);
    return found[0];
  };
  const queues = { queue: one('AWS::SQS::Queue', 'Queue/'), retry: one('AWS::SQS::Queue', 'RetryQueue/') };
  const writer = one('AWS::Lambda::Function', 'Writer/');
  const mapping = assembly.properties(one('AWS::Lambda::EventSourceMapping', 'EventSource/'));
  return {
    name,
    url: `${restApis.apis[0].url}/${name}`,
    writerArn: assembly.attribute(writer, 'Arn'),
    logGroup: assembly.ref(one('AWS::Logs::LogGroup', 'WriterLogs/')),
    queueUrls: {
      queue: assembly.ref(queues.queue),
      retry: assembly.ref(queues.retry),
      dead: assembly.ref(one('AWS::SQS::Queue', 'DeadLetterQueue/')),
    },
    visibilitySeconds: number(assembly, queues.queue, 'VisibilityTimeout'),
    windowSeconds: Number(mapping.MaximumBatchingWindowInSeconds),
    timeoutSeconds: number(assembly, writer, 'Timeout'),
    concurrency: Number((mapping.ScalingConfig as { MaximumConcurrency: number }).MaximumConcurrency),
    retries: Number((assembly.properties(queues.retry).RedrivePolicy as { maxReceiveCount: number }).maxReceiveCount),
  };
}

function number(assembly: Assembly, resource: Resource, property: string): number {
  return Number(assembly.properties(resource)[property]);
}
