import type { Metrics } from '../../contracts';

/** Called with each event that changes the status of an execution, but not for child executions of a map run. */
export type StatusChanged = (stateMachineArn: string, event: string, milliseconds: number) => void;

/** The metric of an event of the history. */
const NAMES = {
  ExecutionStarted: 'ExecutionsStarted',
  ExecutionRedriven: 'ExecutionsRedriven',
  ExecutionSucceeded: 'ExecutionsSucceeded',
  ExecutionFailed: 'ExecutionsFailed',
  ExecutionTimedOut: 'ExecutionsTimedOut',
  ExecutionAborted: 'ExecutionsAborted',
} as const;

/** Documented: "Monitoring Step Functions metrics using Amazon CloudWatch", execution metrics. */
export function executionMetrics(metrics: Metrics): StatusChanged {
  const put = metrics.source({
    namespace: 'AWS/States',
    units: { ...Object.fromEntries(Object.values(NAMES).map((name) => [name, 'Count'])), ExecutionTime: 'Milliseconds' },
    dimensions: [['StateMachineArn']],
  });
  return (StateMachineArn, event, milliseconds) => {
    if (!isCounted(event)) return;
    const running = event === 'ExecutionStarted' || event === 'ExecutionRedriven';
    put({ StateMachineArn }, { [NAMES[event]]: 1, ...(running ? {} : { ExecutionTime: milliseconds }) });
  };
}

const isCounted = (event: string): event is keyof typeof NAMES => Object.hasOwn(NAMES, event);
