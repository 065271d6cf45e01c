import { DescribeServicesCommand, ECSClient, ListClustersCommand, ListServicesCommand } from '@aws-sdk/client-ecs';
import { foreignApp } from '../../foreign-app';

export default foreignApp('load-balanced-fargate', {
  shows: 'A Fargate service of two tasks behind a load balancer, its image built from a folder',
  questions: [
    {
      asks: 'GET /menu at the load balancer',
      // The pattern itself creates this output.
      ask: async (app) => app.http(`${app.output('WebServiceURL')}/menu`),
      answer: { status: 200, body: 'Good morning from /menu, http' },
    },
    {
      asks: 'the running tasks of the service',
      async ask(app) {
        const ecs = new ECSClient(app.aws);
        const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
        const { serviceArns } = await ecs.send(new ListServicesCommand({ cluster: clusterArns[0] }));
        const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: clusterArns[0], services: serviceArns }));
        return services.map(({ runningCount, launchType }) => [runningCount, launchType]);
      },
      answer: [[2, 'FARGATE']],
    },
  ],
});
