import type { Assembly, JsonObject, Resource } from '../contracts';
import { NotYetKnown } from '../errors';
import { bucketProblems } from './bucket-values';
import { queueProblems } from './queue-values';
import { secretProblems } from './secret-values';

const PROBLEMS: Readonly<Record<string, (resource: Resource, properties: JsonObject) => string[]>> = {
  'AWS::SQS::Queue': queueProblems,
  'AWS::S3::Bucket': bucketProblems,
  'AWS::SecretsManager::Secret': secretProblems,
};

/**
 * What SQS, S3 and Secrets Manager would refuse of the resources of an assembly, by resource and property. What a custom resource has yet to say is
 * not looked at.
 */
export function problemsOf(assembly: Assembly): string[] {
  return Object.entries(PROBLEMS).flatMap(([type, problems]) =>
    assembly.ofType(type).flatMap((resource) => {
      try {
        return problems(resource, assembly.properties(resource));
      } catch (error) {
        if (error instanceof NotYetKnown) {
          return [];
        }
        throw error;
      }
    }),
  );
}
