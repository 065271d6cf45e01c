import { InvalidResource } from '../../assembly/errors';
import { onePolicyEach } from '../../assembly/policies';
import { problemsOfEach } from '../../assembly/properties';
import type { Assembly, JsonObject } from '../../contracts';
import type { ServiceModule } from '../../service-module';
import { keyUses } from './key-uses';
import { provisionSecrets } from './provision';
import { secretPolicyType, secretType } from './resource-types';
import { secretProblems } from './secret-values';
import { secretsManagerService } from './service';

/** Secrets of MiniStack, read and given new values. */
export const secretsmanager: ServiceModule = {
  types: [secretType, secretPolicyType],
  keyUses,
  invalid: (assembly) => problemsOfEach(assembly, 'AWS::SecretsManager::Secret', secretProblems),
  resourcePolicies: (assembly) =>
    onePolicyEach(
      'secret',
      assembly.ofType('AWS::SecretsManager::ResourcePolicy').map((resource) => {
        const { ResourcePolicy, SecretId } = assembly.properties(resource);
        const arn = secretArn(assembly, String(SecretId));
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

/** Of a secret that is named by its ARN, in whole or without the six characters at its end, or by its name. */
function secretArn(assembly: Assembly, id: string): string | undefined {
  const arns = assembly.ofType('AWS::SecretsManager::Secret').map((resource) => assembly.ref(resource));
  return arns.find((arn) => arn === id || arn.slice(0, -7) === id || arn.slice(0, -7).endsWith(`:secret:${id}`));
}
