import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  Errors,
  Fail,
  type IChainable,
  JitterType,
  Parallel,
  Pass,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { GovEndpoint } from '../gov-endpoint';
import type { StepName } from '../lambda/steps';
import { is } from './is';
import { stepTask, UNCHANGED } from './step-task';

/** What the states of a report are made of. */
export interface ReportStatesProps {
  readonly run: IFunction;
  readonly endpoint: GovEndpoint;
}

/** The error of a branch whose report is sent again later. */
const TRY_LATER = 'Report.TryLater';

/** What a child execution gets: period, tenant, attempt, and the execution of the attempt. */
const REPORT = {
  period: '{% $states.input.period %}',
  tenant: '{% $states.input.tenant %}',
  attempt: '{% $states.input.attempt %}',
  execution: '{% $states.input.execution %}',
  child: '{% $states.context.Execution.Id %}',
};

/** The states of a report, in a child execution of the map. */
export function reportStates(scope: Construct, { run, endpoint }: ReportStatesProps): IChainable {
  const step = (id: string, name: StepName) => stepTask(scope, id, run, { step: name, event: REPORT });
  const attempt = Parallel.jsonata(scope, 'Try to send', {
    assign: { outcome: '{% $states.result[0] %}' },
    outputs: UNCHANGED,
  });
  attempt.branch(branch(scope, run, endpoint));
  attempt.addRetry({
    errors: [TRY_LATER],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxDelay: Duration.seconds(300),
    maxAttempts: 8,
    jitterStrategy: JitterType.FULL,
  });

  const confirmed = Succeed.jsonata(scope, 'Confirmed');
  const aside = Succeed.jsonata(scope, 'Put aside');
  const left = Succeed.jsonata(scope, 'Left for the next attempt');
  const leave = step('Leave it for the next attempt', 'leave');
  leave.next(left);
  attempt.addCatch(leave, { errors: [Errors.ALL], outputs: UNCHANGED });
  const putAside = step('Put the report aside', 'putAside');
  putAside.next(aside);
  const wait = Wait.jsonata(scope, 'Wait before the next try', { time: WaitTime.timestamp('{% $outcome.until %}') });
  wait.next(attempt);
  const outcome = Choice.jsonata(scope, 'What became of the report?')
    .when(is('$outcome.next', 'CONFIRMED'), confirmed)
    .when(is('$outcome.next', 'PUT_ASIDE'), putAside)
    .when(is('$outcome.next', 'WAIT'), wait)
    .when(is('$outcome.next', 'ASIDE'), aside)
    .otherwise(left);
  attempt.next(outcome);
  return attempt;
}

/** One attempt of a report: a decision, and a call if there is one. Its result says what comes next. */
function branch(scope: Construct, run: IFunction, endpoint: GovEndpoint): IChainable {
  const decide = stepTask(scope, 'Plan the next step', run, {
    step: 'decide',
    event: REPORT,
    assign: { decision: '{% $states.result %}' },
  });
  const record = stepTask(scope, 'Record the request', run, {
    step: 'record',
    event: { ...REPORT, call: '{% $decision.action %}', turn: '{% $decision.turn %}' },
    assign: { call: "{% $merge([$states.result, {'redrives': $states.context.Execution.RedriveCount}]) %}" },
  });
  const judge = stepTask(scope, 'Evaluate the answer', run, {
    step: 'judge',
    event: { ...REPORT, call: '{% $decision.action %}', turn: '{% $decision.turn %}', answer: '{% $answer %}' },
    assign: { judged: '{% $states.result %}' },
  });
  const call = (id: string, method: string) => {
    const task = endpoint._transport.createCall(scope, id, {
      ...{ origin: endpoint._origin, method, call: '$call' },
      assign: { answer: { result: '{% $states.result %}' } },
    });
    task.addCatch(judge, { errors: [Errors.ALL], assign: { answer: { error: '{% $states.errorOutput %}' } }, outputs: UNCHANGED });
    task.next(judge);
    return task;
  };
  const turn = Wait.jsonata(scope, 'Wait for the sending time', { time: WaitTime.timestamp('{% $decision.at %}') });
  const calls = Choice.jsonata(scope, 'May it still be sent?').when(
    Condition.jsonata("{% $call.action = 'GO' and $decision.action = 'SEND' %}"),
    call('Send the report', endpoint.method),
  );
  if (endpoint._duplicates.mode === 'lookUp') calls.when(is('$call.action', 'GO'), call('Look up the report', 'GET'));
  calls.otherwise(decide);

  const end = (id: string, outputs: Record<string, unknown> | string) => Pass.jsonata(scope, id, { outputs });
  const decided = Choice.jsonata(scope, 'May it be sent now?')
    .when(is('$decision.action', 'WAIT'), end('It must wait', { next: 'WAIT', until: '{% $decision.until %}' }))
    .when(is('$decision.action', 'PUT_ASIDE'), end('A person must decide', { next: 'PUT_ASIDE' }))
    .when(is('$decision.action', 'DONE'), end('It is settled already', { next: DONE }))
    .otherwise(turn);
  const later = Fail.jsonata(scope, 'Try again later', {
    error: TRY_LATER,
    cause: '{% $judged.reason %}',
  });
  const judged = Choice.jsonata(scope, 'What did the API say?')
    .when(is('$judged.next', 'TRY_LATER'), later)
    .otherwise(end('The answer decides', '{% $judged %}'));
  turn.next(record);
  record.next(calls);
  judge.next(judged);
  return decide.next(decided);
}

/** A report that is settled already ends as what it is. */
const DONE = "{% $decision.status = 'CONFIRMED' ? 'CONFIRMED' : ($decision.status = 'LEFT' ? 'LEFT' : 'ASIDE') %}";
