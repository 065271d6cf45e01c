import { foreignApp } from '../../foreign-app';

export default foreignApp('job-poller', {
  shows: 'A state machine that waits for a job, with functions as tasks',
  gaps: [{ type: 'AWS::StepFunctions::StateMachine', names: 'States' }],
  questions: [
    {
      asks: 'the status function, invoked as its task does',
      ask: async (app) => app.invoke(app.output('StatusName'), { pages: 3, done: 3 }),
      answer: { status: 'SUCCEEDED', pages: 3 },
    },
  ],
});
