import { foreignApp } from '../../foreign-app';

export default foreignApp('nightly-report', {
  shows: 'A function that a schedule invokes',
  gaps: [{ type: 'AWS::Events::Rule' }],
  questions: [
    {
      asks: 'the report, invoked by hand',
      ask: async (app) => app.invoke(app.output('ReportName'), { 'detail-type': 'Scheduled Event' }),
      answer: { reports: 1 },
    },
  ],
});
