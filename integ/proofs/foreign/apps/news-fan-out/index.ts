import { foreignApp } from '../../foreign-app';
import type { RunningApp } from '../../running-app';

/** What the function of a reader has logged. */
const read = (app: RunningApp, reader: string) =>
  app.eventually(async () =>
    app.sandbox.logs
      .lines(app.output(`${reader}Group`))
      .map(({ message }) => new RegExp(`${reader} reads: .*`).exec(message)?.[0])
      .find((line) => line !== undefined),
  );

export default foreignApp('news-fan-out', {
  shows: 'A topic with two queues, each read by a function',
  questions: [
    {
      asks: 'a message to the topic, with the readers of both queues',
      async ask(app) {
        await app.query('sns', { Action: 'Publish', TopicArn: app.output('TopicArn'), Message: 'It rains' });
        return [await read(app, 'Archive'), await read(app, 'Translate')];
      },
      answer: ['Archive reads: It rains', 'Translate reads: It rains'],
    },
  ],
});
