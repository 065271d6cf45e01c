import type { Assembly } from '../contracts';
import { attempt } from '../process/attempt';
import { objects } from '../protocol/json';
import { owner } from './documents';

const PREFIX = 'aws:resourcetag/';

/**
 * Services with `aws:ResourceTag` as a condition key of their resources, which have the tags of the template, without those that callers add
 * later. Secrets Manager, Parameter Store and Amazon Cognito fill the key in themselves. S3 has it for objects only, under another name.
 */
const BY_TEMPLATE = ['dynamodb', 'sns', 'sqs', 'lambda', 'kms', 'iam', 'logs', 'states', 'events', 'ecs', 'firehose', 'athena'];

/** Finds the condition key `aws:ResourceTag/…` of a resource, in lower case. Documented: Service Authorization Reference. */
export function resourceTags(assembly: Assembly): (arn: string, key: string) => string | undefined {
  const known = new Map<string, ReadonlyMap<string, string>>();
  const read = (arn: string): ReadonlyMap<string, string> => {
    const resource = BY_TEMPLATE.includes(arn.split(':')[2]) ? (assembly.byArn(arn) ?? assembly.byArn(owner(arn))) : undefined;
    const tags = resource && attempt(() => assembly.properties(resource).Tags);
    return new Map(tagsIn(tags).map(([name, value]) => [`${PREFIX}${name.toLowerCase()}`, value]));
  };
  return (arn, key) => {
    if (!key.startsWith(PREFIX)) return undefined;
    const tags = known.get(arn) ?? read(arn);
    if (assembly.byArn(arn) !== undefined) known.set(arn, tags);
    return tags.get(key);
  };
}

/** Tags of a template are a list, or an object for a few types. */
function tagsIn(tags: unknown): (readonly [string, string])[] {
  if (Array.isArray(tags)) return objects(tags).map(({ Key, Value }) => [String(Key), String(Value)] as const);
  return typeof tags === 'object' && tags !== null ? Object.entries(tags).map(([name, value]) => [name, String(value)] as const) : [];
}
