import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { foreignApp } from '../../foreign-app';

export default foreignApp('news-fan-out', {
  shows: 'A topic with two queues, each read by a function',
  gaps: [{ type: 'AWS::SNS::Topic' }, { type: 'AWS::SNS::Subscription' }],
  questions: [
    {
      asks: 'a message in one of the queues',
      async ask(app) {
        const send = new SendMessageCommand({ QueueUrl: app.output('TranslateUrl'), MessageBody: 'It rains' });
        await new SQSClient(app.aws).send(send);
        const group = app.output('TranslateGroup');
        return app.eventually(async () =>
          app.sandbox.logs
            .lines(group)
            .map(({ message }) => /Translate reads: .*/.exec(message)?.[0])
            .find((line) => line !== undefined),
        );
      },
      answer: 'Translate reads: It rains',
    },
  ],
});
