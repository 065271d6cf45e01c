import { foreignApp } from '../../foreign-app';

export default foreignApp('sample-image', {
  shows: 'A Fargate service whose image is only a name',
  gaps: [{ type: 'AWS::ECS::TaskDefinition', names: 'amazon/amazon-ecs-sample' }],
  questions: [
    {
      asks: 'the load balancer without a service',
      ask: async (app) => (await app.http(app.output('SampleServiceURL'))).status,
      answer: 503,
    },
    { asks: 'the rest of the app', ask: async (app) => app.invoke(app.output('PingName')), answer: 'pong' },
  ],
});
