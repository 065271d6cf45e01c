import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../../contracts';
import type { SandboxContext } from '../../service-module';
import { type Condition, type Consumer, type Delivery, streamConsumer } from '../../streams/consumer';
import { queueUrl } from '../../streams/queue-messages';
import type { StreamEvent } from '../../streams/record';
import { roleCaller } from '../../streams/service-caller';
import { streamSource } from '../../streams/source';
import { inputTemplate } from './input-template';
import { pipeLog } from './log';
import type { PipeMetrics } from './metrics';
import type { TemplatePipe } from './pipe';
import { queueConsumer } from './queue-consumer';
import { invokeFunction, sendToTarget } from './targets';

/** Runs a pipe with the permissions of its role. */
export function runPipe({ assembly, endpoint, clock, report, use }: SandboxContext, measured: PipeMetrics, pipe: TemplatePipe): Consumer {
  const { arn, name, roleArn, sourceArn, enrichmentArn, stream } = pipe;
  const caller = roleCaller(endpoint, assembly.region, { roleArn, service: 'pipes.amazonaws.com', sessionName: name, sourceArn: arn });
  const log = pipeLog(use('logs'), clock, pipe);
  const reported = new Set<string>();
  const reportOnce = (line: string) => {
    if (!reported.has(line)) report(line);
    reported.add(line);
  };
  const missing = (placeholder: string) =>
    reportOnce(
      `${pipe.resource.id}: ${placeholder} has no value in a record; AWS does not document what Pipes writes then, the sandbox writes an empty text`,
    );
  const compiled = (template: string | undefined) =>
    template === undefined
      ? (event: Json) => event
      : (
          (write) => (event: Json) =>
            write(event, variables())
        )(inputTemplate(template, missing));
  const [toEnrichment, toTarget] = [compiled(pipe.enrichmentTemplate), compiled(pipe.template)];
  const variables = () => ({
    'aws.pipes.pipe-arn': arn,
    'aws.pipes.pipe-name': name,
    'aws.pipes.source-arn': sourceArn,
    'aws.pipes.target-arn': pipe.target.arn,
    'aws.pipes.event.ingestion-time': new Date(clock.now()).toISOString(),
    ...(enrichmentArn === undefined ? {} : { 'aws.pipes.enrichment-arn': enrichmentArn }),
  });

  async function enriched(events: readonly Json[]): Promise<readonly Json[]> {
    if (enrichmentArn === undefined) return events;
    const result = await invokeFunction(caller, enrichmentArn, events.map(toEnrichment));
    return Array.isArray(result) ? result : [result];
  }

  async function deliver(batch: readonly { readonly event: JsonObject }[]): Promise<Delivery> {
    const execution = log.started(randomUUID());
    const measure = measured.started(name);
    try {
      const events = await enriched(batch.map(({ event }) => event));
      // Documented: an empty result of the enrichment ends the execution.
      if (events.length === 0) {
        execution.ended({ failed: [] }, batch.length);
        measure.ended({ failed: [] }, batch.length);
        return { failed: [] };
      }
      const ids = batch.map(({ event }) => String(event.eventID ?? event.messageId));
      const delivery = await sendToTarget(caller, pipe, events.map(toTarget), ids);
      execution.ended(delivery, batch.length);
      measure.ended(delivery, batch.length);
      // After an enrichment the events of the target need not be those of the batch, so the whole batch is tried again.
      const all = enrichmentArn !== undefined && delivery.failed.length > 0;
      return all ? { ...delivery, failed: batch.map((_, index) => index) } : delivery;
    } catch (error) {
      execution.failed(error as Error);
      measure.failed(batch.length);
      throw error;
    }
  }

  const common = {
    ...{ clock, deliver, batchSize: pipe.batchSize, windowSeconds: pipe.windowSeconds },
    accepts: (event: JsonObject) => pipe.filters.length === 0 || pipe.filters.some((matches) => matches(event)),
    problem: (error: unknown) => reportOnce(`${pipe.resource.id}: ${error instanceof Error ? error.message : String(error)}`),
  };
  if (stream === undefined) return queueConsumer({ ...common, caller, queueArn: sourceArn, queueUrl: queueUrl(sourceArn) });
  const source = streamSource({
    assembly,
    endpoint,
    streamArn: sourceArn,
    startingPosition: stream.startingPosition,
    credentials: caller.credentials,
  });

  /** Sends the position of the records, because they stay in the stream for a day. The format is that of messages of AWS. */
  async function discard(batch: readonly StreamEvent[], condition: Condition): Promise<void> {
    log.discarded(batch.length, condition);
    const queue = stream?.deadLetterArn;
    if (queue === undefined) return reportOnce(`${pipe.resource.id}: records are given up (${condition}), and it has no dead-letter queue`);
    const [first, last] = [batch[0], batch[batch.length - 1]];
    const seconds = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
    const message = {
      context: { partnerResourceArn: arn, condition },
      version: '1.0',
      timestamp: new Date(clock.now()).toISOString(),
      DDBStreamBatchInfo: {
        shardId: source.shardId(),
        startSequenceNumber: first.sequenceNumber,
        endSequenceNumber: last.sequenceNumber,
        approximateArrivalOfFirstRecord: seconds(first.at),
        approximateArrivalOfLastRecord: seconds(last.at),
        batchSize: batch.length,
        streamArn: sourceArn,
      },
    };
    await caller.json('sqs', 'AmazonSQS', 'SendMessage', { QueueUrl: queueUrl(queue), MessageBody: JSON.stringify(message) });
  }

  return streamConsumer({ ...common, ...stream, source, discard });
}
