import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { ContainerImageSource, Exposure, SecureContainerService, ServiceDeployment } from 'cdk-andamio';
import { SchoolPlatform } from '../../../examples/school-platform/lib/school-platform';

/** The example, and a service whose new versions a migration precedes: the grades service needs none. */
const app = new App();
const platform = new SchoolPlatform(app, 'SchoolPlatform', { appUrl: process.env.APP_URL ?? '' });
const echo = new SecureContainerService(platform, 'Echo', {
  image: ContainerImageSource.directory(join(__dirname, '..', '..', 'containers', 'echo')),
  exposure: Exposure.internalPlaintext(),
  network: platform.grades.network,
  name: 'echo',
  container: { environment: { VERSION: '1' } },
  deployment: ServiceDeployment.rolling({ migration: { command: ['node', '-e', ''] } }),
});
platform.api.addRoute('GET /echo/{proxy+}', echo);
