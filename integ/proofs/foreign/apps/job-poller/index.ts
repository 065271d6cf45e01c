import { foreignApp } from '../../foreign-app';
import type { RunningApp } from '../../running-app';

/** Starts an execution, and returns how it ended. */
async function execute(app: RunningApp, input: object) {
  const stateMachineArn = app.output('MachineArn');
  const { executionArn } = await app.call('states', 'AWSStepFunctions.StartExecution', { stateMachineArn, input: JSON.stringify(input) });
  const { status, output, error, cause } = await app.eventually(async () => {
    const execution = await app.call('states', 'AWSStepFunctions.DescribeExecution', { executionArn });
    return execution.status === 'RUNNING' ? undefined : execution;
  });
  return [status, output ?? error, cause];
}

export default foreignApp('job-poller', {
  shows: 'A state machine that waits for a job, with functions as tasks',
  questions: [
    {
      asks: 'a job of two pages',
      ask: async (app) => execute(app, { pages: 2 }),
      answer: ['SUCCEEDED', '{"status":"SUCCEEDED","pages":2}', undefined],
    },
    {
      asks: 'a job that fails',
      ask: async (app) => execute(app, { pages: -1 }),
      answer: ['FAILED', 'JobFailed', 'The job reported an error'],
    },
  ],
});
