import { foreignApp } from '../../foreign-app';

export default foreignApp('traced-container', {
  shows: 'A service whose image is mapped to a folder, with the OpenTelemetry collector beside it',
  images: { 'public.ecr.aws/example/echo:1.4': 'images/echo' },
  questions: [
    {
      asks: 'GET /hello, which exports a span to the collector',
      ask: async (app) => app.http(`${app.output('EchoServiceURL')}/hello`),
      answer: { status: 200, body: '/hello 200' },
    },
  ],
});
