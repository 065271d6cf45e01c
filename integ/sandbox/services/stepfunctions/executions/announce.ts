import type { Events, JsonObject } from '../../../contracts';
import type { Execution, Plan } from './record';

/** Documented: "Automating Step Functions event delivery with EventBridge": longer input and output is left out. */
const INCLUDED_BYTES = 248 * 1024;

/**
 * The event of an execution whose status has changed. Documented on the same page: only Standard workflows have them. Children of map runs
 * have none in the sandbox.
 */
export function announce(emit: Events['emit'], execution: Execution, { type }: Pick<Plan, 'type'>): void {
  if (type !== 'STANDARD' || execution.mapRunArn !== undefined) return;
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, input, output, error, cause, redriveCount, redriveDate } =
    execution;
  const included = Buffer.byteLength(input) + Buffer.byteLength(output ?? '') <= INCLUDED_BYTES;
  emit({
    ...{ source: 'aws.states', detailType: 'Step Functions Execution Status Change', resources: [executionArn] },
    detail: {
      ...{ executionArn, stateMachineArn, name, status, startDate: milliseconds(startDate), stopDate: milliseconds(stopDate) },
      ...{ input: included ? input : null, inputDetails: { included } },
      ...{ output: included ? (output ?? null) : null, outputDetails: output === undefined ? null : { included } },
      ...{ stateMachineVersionArn: null, stateMachineAliasArn: null, redriveCount, redriveDate: milliseconds(redriveDate) },
      ...{ error: error ?? null, cause: cause ?? null },
    } satisfies JsonObject,
  });
}

function milliseconds(seconds: number | undefined): number | null {
  return seconds === undefined ? null : Math.round(seconds * 1000);
}
