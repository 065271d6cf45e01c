import { DescribeExecutionCommand, ExecutionDoesNotExist, type ExecutionStatus, type SFNClient } from '@aws-sdk/client-sfn';

/** The status of an execution, without its input and output, which the key of the state machine encrypts. Undefined if there is none. */
export async function executionStatus(states: SFNClient, executionArn: string): Promise<ExecutionStatus | undefined> {
  try {
    const { status } = await states.send(new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' }));
    return status;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}
