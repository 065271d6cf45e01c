import { InvalidResource } from '../../assembly/errors';
import { onePolicyEach } from '../../assembly/policies';
import { problemsOfEach, readEach } from '../../assembly/properties';
import type { JsonObject } from '../../contracts';
import type { ServiceModule } from '../../service-module';
import { keyUses } from './key-uses';
import { provisionSecrets } from './provision';
import { secretPolicyType, secretType } from './resource-types';
import { findSecret, readSecret, SECRET } from './secret';
import { secretsManagerService } from './service';

/** Secrets in MiniStack, which callers can read and update. */
export const secretsmanager: ServiceModule = {
  types: [secretType, secretPolicyType],
  keyUses,
  invalid: (assembly) => problemsOfEach(assembly, SECRET, readSecret),
  resourcePolicies: (assembly) =>
    onePolicyEach(
      'secret',
      assembly.ofType('AWS::SecretsManager::ResourcePolicy').map((resource) => {
        const { ResourcePolicy, SecretId } = assembly.properties(resource);
        const arn = findSecret(readEach(assembly, SECRET, readSecret), SecretId)?.arn;
        if (arn === undefined) {
          throw new InvalidResource(resource, `${resource.type} ${resource.id}: ${SecretId} is not a secret of the assembly`);
        }
        return [resource, arn, ResourcePolicy as JsonObject] as const;
      }),
    ),
  provision: provisionSecrets,
  start({ assembly, engines, endpoint }) {
    const service = secretsManagerService(assembly, engines.ministack);
    endpoint.register(service);
    return { close: async () => service.close() };
  },
};
