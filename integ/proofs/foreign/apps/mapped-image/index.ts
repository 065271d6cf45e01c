import { foreignApp } from '../../foreign-app';

export default foreignApp('mapped-image', {
  shows: 'A Fargate service whose image is only a name, which a folder stands for',
  images: { 'public.ecr.aws/example/echo:1.4': 'images/echo' },
  questions: [
    {
      asks: 'GET /hello at the load balancer',
      ask: (app) => app.http(`${app.output('Url')}/hello`),
      answer: { status: 200, body: 'Echo, /hello' },
    },
    { asks: 'GET /tea, a rule', ask: (app) => app.http(`${app.output('Url')}/tea`), answer: { status: 418, body: 'short and stout' } },
  ],
});
