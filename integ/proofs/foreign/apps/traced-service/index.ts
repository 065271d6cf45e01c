import { foreignApp } from '../../foreign-app';

export default foreignApp('traced-service', {
  shows: 'A service with the OpenTelemetry collector beside it, whose traces arrive in X-Ray',
  images: { 'public.ecr.aws/example/orders:2.0': 'images/orders' },
  questions: [
    {
      asks: 'GET /orders/42 at the load balancer',
      ask: (app) => app.http(`${app.output('OrdersServiceURL')}/orders/42`),
      answer: { status: 200, body: 'order 42' },
    },
    {
      asks: 'the trace of this request, by the attribute that the collector indexes',
      ask: (app) =>
        app.eventually(async () => {
          const found = app.sandbox.traces.segments().find(({ annotations }) => annotations.order === '42');
          return found && { name: found.name, origin: found.document.origin, http: found.document.http };
        }),
      answer: {
        name: 'orders',
        origin: 'AWS::ECS::Fargate',
        http: { request: { method: 'GET' }, response: { status: 200 } },
      },
    },
  ],
});
