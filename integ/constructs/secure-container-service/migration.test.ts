import { join } from 'node:path';
import { ContainerImageSource, Exposure, SecureContainerService, ServiceDeployment } from '../../../src';
import { startStack } from '../fixtures/start-stack';

const ECHO = join(__dirname, '..', '..', 'containers', 'echo');

function start(name: string, command: string[]) {
  return startStack(name, (stack) => {
    new SecureContainerService(stack, 'Echo', {
      image: ContainerImageSource.directory(ECHO),
      exposure: Exposure.internalPlaintext(),
      name: 'echo',
      deployment: ServiceDeployment.rolling({ migration: { command } }),
    });
  });
}

test('a migration runs once, in the image of the service, before the service starts', async () => {
  const { sandbox, close } = await start('Migrated', [
    'node',
    '-e',
    'console.log("migrated", require("fs").existsSync("/app/server.mjs"))',
  ]);
  try {
    const [service] = sandbox.assembly.ofType('AWS::ECS::Service');
    const lines = sandbox.logs.lines('/aws/ecs/echo/application').map(({ message }) => message.trim());
    expect(lines.filter((line) => line.startsWith('migrated'))).toEqual(['migrated true']);
    expect(sandbox.containerServices.tasks(sandbox.assembly.ref(service))).not.toEqual([]);
  } finally {
    await close();
  }
}, 120_000);

test('a migration that fails stops the deployment', async () => {
  await expect(start('Failed', ['node', '-e', 'process.exit(3)'])).rejects.toThrow('The migration ended with exit code 3');
}, 120_000);
