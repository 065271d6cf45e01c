import { foreignApp } from '../../foreign-app';

const DAY_MS = 86_400_000;

export default foreignApp('nightly-report', {
  shows: 'A function that a schedule invokes',
  questions: [
    {
      asks: 'the report, invoked by hand',
      ask: async (app) => app.invoke(app.output('ReportName'), { 'detail-type': 'by hand' }),
      answer: { reports: 1 },
    },
    {
      asks: 'the report of the next evening',
      async ask({ sandbox, ...app }) {
        // There is no evening of a working day at a weekend.
        sandbox.clock.advance(3 * DAY_MS);
        const group = `/aws/lambda/${app.output('ReportName')}`;
        return app.eventually(async () =>
          sandbox.logs
            .lines(group)
            .map(({ message }) => /report of Scheduled Event/.exec(message)?.[0])
            .find((line) => line !== undefined),
        );
      },
      answer: 'report of Scheduled Event',
    },
  ],
});
