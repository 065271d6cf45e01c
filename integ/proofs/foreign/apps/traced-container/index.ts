import { foreignApp } from '../../foreign-app';

export default foreignApp('traced-container', {
  shows: 'A service of a public image with the OpenTelemetry collector beside it',
  // The command is that of the AWS documentation. The receiver in place of the collector reads AOT_CONFIG_CONTENT only.
  gaps: [{ type: 'AWS::ECS::TaskDefinition', names: 'a command of the collector is not supported' }],
  questions: [
    {
      asks: 'the load balancer without a task',
      ask: async (app) => (await app.http(`${app.output('EchoServiceURL')}/hello`)).status,
      answer: 503,
    },
  ],
});
