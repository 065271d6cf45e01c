import { unreadable } from '../../assembly/properties';
import type { ServiceModule } from '../../service-module';
import { callerWith } from '../../streams/service-caller';
import { CONNECTION, readConnection } from './connection';
import { connectionType } from './resource-types';
import { withSecrets } from './secret-values';

/** Connections of EventBridge, which HTTP tasks of state machines use. */
export const events: ServiceModule = {
  types: [connectionType],
  late: [CONNECTION],
  invalid: (assembly) => unreadable(assembly, [[CONNECTION, readConnection]]),
  start({ assembly, endpoint, offer }) {
    const deployer = callerWith(endpoint, assembly.region, () => endpoint.administrator());
    const secret = async (SecretId: string) =>
      String((await deployer.json('secretsmanager', 'secretsmanager', 'GetSecretValue', { SecretId })).SecretString);
    offer('connections', {
      async find(arn) {
        const found = assembly.ofType(CONNECTION).find((resource) => assembly.attribute(resource, 'Arn') === arn);
        return found === undefined ? undefined : withSecrets(assembly.read(found, readConnection), secret);
      },
    });
    return {};
  },
};
