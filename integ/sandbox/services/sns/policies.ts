import { onePolicyEach } from '../../assembly/policies';
import { settled } from '../../assembly/properties';
import type { Assembly, JsonObject, Problem, Resource } from '../../contracts';
import { objects, strings } from '../../protocol/json';
import { TOPIC } from './topic';

/** Documented: "Amazon SNS API permissions", actions that a topic policy may have. */
const ACTIONS = [
  ...['addpermission', 'deletetopic', 'getdataprotectionpolicy', 'gettopicattributes', 'listsubscriptionsbytopic', 'listtagsforresource'],
  ...['publish', 'putdataprotectionpolicy', 'receive', 'removepermission', 'settopicattributes', 'subscribe'],
];

const OUT_OF_SCOPE = 'Invalid parameter: Policy statement action out of service scope!';

/** The policies of topics. SNS adds the default policy to a topic without one. */
export function topicPolicies(assembly: Assembly): ReadonlyMap<string, JsonObject> {
  const attached = attachedIn(assembly);
  const defaults = assembly.ofType(TOPIC).map((topic) => [assembly.ref(topic), defaultPolicy(assembly, assembly.ref(topic))] as const);
  return new Map([...defaults, ...onePolicyEach('topic', attached)]);
}

type Attached = readonly [Resource, arn: string, policy: JsonObject];

function attachedIn(assembly: Assembly): Attached[] {
  const lists = assembly.ofType('AWS::SNS::TopicPolicy').flatMap((resource): Attached[] => {
    const { Topics, PolicyDocument } = assembly.properties(resource);
    return strings(Topics).map((arn) => [resource, arn, PolicyDocument as JsonObject]);
  });
  const single = assembly.ofType('AWS::SNS::TopicInlinePolicy').map((resource): Attached => {
    const { TopicArn, PolicyDocument } = assembly.properties(resource);
    return [resource, String(TopicArn), PolicyDocument as JsonObject];
  });
  return [...lists, ...single];
}

/** Statements with an action that SNS does not let topic policies have. */
export function invalidPolicies(assembly: Assembly): Problem[] {
  return settled(() => attachedIn(assembly)).flatMap(([resource, , policy]) =>
    objects([policy.Statement ?? []].flat())
      .flatMap(({ Action }) => strings(Action))
      .filter((action) => !isAllowed(action.toLowerCase()))
      .map((action) => ({ resource, message: `${resource.type}.PolicyDocument: ${OUT_OF_SCOPE} ${action} (${resource.id})` })),
  );
}

function isAllowed(action: string): boolean {
  const [service, name = ''] = action.split(':');
  return action === '*' || (service === 'sns' && (/[*?]/.test(name) || ACTIONS.includes(name)));
}

/** As CreateTopic sets it: only services that say whose resource publishes (`AWS:SourceOwner`) match it. */
export function defaultPolicy({ account }: Pick<Assembly, 'account'>, topicArn: string): JsonObject {
  return {
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        ...{ Sid: '__default_statement_ID', Effect: 'Allow', Principal: { AWS: '*' } },
        Action: ['GetTopicAttributes', 'SetTopicAttributes', 'AddPermission', 'RemovePermission', 'DeleteTopic', 'Subscribe']
          .concat('ListSubscriptionsByTopic', 'Publish')
          .map((name) => `SNS:${name}`),
        Resource: topicArn,
        Condition: { StringEquals: { 'AWS:SourceOwner': account } },
      },
    ],
  };
}
