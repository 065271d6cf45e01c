import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  Choice,
  DistributedMap,
  Errors,
  Fail,
  type IChainable,
  JitterType,
  ResultWriterV2,
  S3JsonLItemReader,
  Succeed,
  TaskInput,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { GovEndpoint } from '../gov-endpoint';
import type { StepName } from '../lambda/steps';
import { REPORT_FOLDERS } from '../report-folders';
import { is } from './is';
import { reportStates } from './report-states';
import { stepTask, UNCHANGED } from './step-task';

/** What the states of an attempt are made of. */
export interface AttemptStatesProps {
  readonly run: IFunction;
  readonly source: IFunction;
  readonly endpoint: GovEndpoint;
  readonly reportBucket: IBucket;
  readonly maxConcurrency: number;
}

/** Child executions of the map: `<state machine>/Reports:<id>`. */
export const MAP_LABEL = 'Reports';

/** The input of an execution, and its ARN. */
const ATTEMPT = {
  period: '{% $states.input.period %}',
  attempt: '{% $states.input.attempt %}',
  execution: '{% $states.context.Execution.Id %}',
};

/** What the source says; not if the list is made already. */
const EXPECTED = "{% $prepared.state = 'DONE' ? $prepared.reports : null %}";

/** The states of an attempt, as a person sees them. */
export function attemptStates(scope: Construct, props: AttemptStatesProps): IChainable {
  const { run } = props;
  const step = (id: string, name: StepName, event: object, assign?: Record<string, unknown>) =>
    stepTask(scope, id, run, { step: name, event: { ...ATTEMPT, ...event }, assign });
  const start = { prepared: { state: 'NONE' }, list: { passes: 0 } };
  const claim = step('Claim the period', 'claimPeriod', {}, { claim: '{% $states.result %}', ...start });
  const pass = { expected: EXPECTED, passes: '{% $list.passes %}' };
  const list = step('Make the list of reports', 'makeList', pass, { list: '{% $states.result %}' });
  const send = sendReports(scope, props);
  const close = step('Close the period', 'closePeriod', {}, { closed: '{% $states.result.result %}' });
  const complete = Succeed.jsonata(scope, 'Period complete');
  const prepare = prepareReports(scope, props, list);

  claim.next(
    Choice.jsonata(scope, 'Is this attempt needed?')
      .when(is('$claim.result', 'COMPLETE'), complete)
      .when(is('$claim.result', 'HELD'), Succeed.jsonata(scope, 'Another attempt is sending'))
      .when(is('$claim.result', 'LISTED'), list)
      .otherwise(prepare),
  );
  list.next(Choice.jsonata(scope, 'Is the list complete?').when(is('$list.state', 'MORE'), list).otherwise(send));
  send.next(close);
  close.next(
    Choice.jsonata(scope, 'Is every report settled?')
      .when(is('$closed', 'COMPLETE'), complete)
      .when(is('$closed', 'WAITING'), Succeed.jsonata(scope, 'The rest is looked up later'))
      .otherwise(
        Fail.jsonata(scope, 'Reports are missing', {
          error: 'Period.Incomplete',
          cause: 'Reports are still to be sent. The next attempt sends only those. Do not redrive this execution: it would end here again.',
        }),
      ),
  );
  return claim;
}

/** The source writes the reports, as soon as its data is complete. */
function prepareReports(scope: Construct, { run, source, reportBucket }: AttemptStatesProps, list: IChainable): IChainable {
  const prepare = LambdaInvoke.jsonata(scope, 'Prepare the reports', {
    lambdaFunction: source,
    payload: TaskInput.fromObject({
      period: '{% $claim.period %}',
      at: '{% $states.context.State.EnteredTime %}',
      destination: { bucket: reportBucket.bucketName, prefix: `{% '${REPORT_FOLDERS.source}' & $claim.period.name & '/' %}` },
    }),
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
    assign: { prepared: '{% $states.result %}' },
    outputs: UNCHANGED,
  });
  prepare.addRetry({
    errors: [Errors.ALL],
    interval: Duration.seconds(30),
    backoffRate: 2,
    maxDelay: Duration.minutes(10),
    maxAttempts: 5,
    jitterStrategy: JitterType.FULL,
  });
  const note = stepTask(scope, 'Note that data is late', run, {
    step: 'noteWait',
    event: { ...ATTEMPT, reason: '{% $prepared.reason %}', seconds: '{% $prepared.seconds %}' },
    assign: { dataWait: '{% $states.result %}' },
  });
  const wait = Wait.jsonata(scope, 'Wait for the data', { time: WaitTime.timestamp('{% $dataWait.until %}') });
  prepare.next(
    Choice.jsonata(scope, 'Is the data complete?')
      .when(is('$prepared.state', 'WAIT'), note)
      .when(is('$prepared.state', 'DONE'), list)
      .otherwise(
        Fail.jsonata(scope, 'The reports cannot be prepared', {
          error: 'Source.Invalid',
          cause: 'The source returned neither DONE nor WAIT as its state.',
        }),
      ),
  );
  note.next(wait);
  wait.next(prepare);
  return prepare;
}

/** A child execution for each report. The map itself never fails: "Close the period" counts what is missing. */
function sendReports(scope: Construct, { run, endpoint, reportBucket, maxConcurrency }: AttemptStatesProps): DistributedMap {
  const map = DistributedMap.jsonata(scope, 'Send the reports', {
    itemReader: new S3JsonLItemReader({ bucket: reportBucket, key: '{% $list.key %}' }),
    jsonataItemSelector:
      "{% {'tenant': $states.context.Map.Item.Value.tenant, 'period': $states.input.period, 'attempt': $states.input.attempt, 'execution': $states.context.Execution.Id} %}",
    maxConcurrency,
    toleratedFailurePercentage: 100,
    // Without a writer, results of more than 256 KiB fail the execution.
    resultWriterV2: new ResultWriterV2({ bucket: reportBucket, prefix: REPORT_FOLDERS.results }),
    label: MAP_LABEL,
    outputs: UNCHANGED,
  });
  map.itemProcessor(reportStates(scope, { run, endpoint }));
  map.addRetry({ errors: ['States.ItemReaderFailed', 'States.ResultWriterFailed'], interval: Duration.seconds(30), maxAttempts: 3 });
  return map;
}
