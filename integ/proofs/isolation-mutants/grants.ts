import type { JsonObject } from '../../sandbox';
import { type Change, GUARDED, type Subject, unless, withSwitch } from './changes';
import type { Operator } from './operators';
import { type Place, withResource, withStatements, withTemplate } from './places';

const ACTIONS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  dynamodb: [
    ['dynamodb:*'],
    ['dynamodb:GetItem', 'dynamodb:Query'],
    ['dynamodb:Scan'],
    ['dynamodb:UpdateItem'],
    ['dynamodb:DescribeTable'],
  ],
  s3: [['s3:*'], ['s3:GetObject'], ['s3:PutObject'], ['s3:DeleteObject'], ['s3:GetBucketLocation']],
  kms: [['kms:Decrypt'], ['kms:*'], ['kms:DescribeKey']],
  sqs: [['sqs:*'], ['sqs:ReceiveMessage'], ['sqs:GetQueueUrl']],
};

/** Permissions that somebody could add: each with its actions on one resource. */
function permissions(subject: Subject): JsonObject[] {
  return subject.data.flatMap((arn) => {
    const service = arn.split(':')[2];
    return (ACTIONS[service] ?? []).map((actions) => ({
      ...{ Effect: 'Allow', Action: [...actions] },
      Resource: service === 'dynamodb' ? [arn, `${arn}/index/*`] : service === 's3' ? [arn, arn.replace(/\/\*$/, '')] : arn,
    }));
  });
}

function documentOf(statement: JsonObject): JsonObject {
  return { Version: '2012-10-17', Statement: [statement] };
}

function described(statement: JsonObject): string {
  return `${[statement.Action].flat().join(', ')} on ${[statement.Resource].flat()[0]}`;
}

/** One more permission in a policy of any role. */
export const addPermission: Operator = {
  name: 'add-permission',
  changes: (subject) =>
    identityPlaces(subject).flatMap((place) =>
      permissions(subject).map((statement) => ({
        what: `${place.logicalId}: ${described(statement)}`,
        isRelevant: true,
        apply: () => withStatements(subject.templates, place, [...place.statements, statement]),
      })),
    ),
};

/** One more policy of a role, of each type that there is for it. */
export const attachPolicy: Operator = {
  name: 'attach-policy',
  changes: (subject) =>
    subject.roles.flatMap(({ stack, logicalId }) =>
      permissions(subject).flatMap((statement) =>
        policiesOf(logicalId, statement).map(([type, Properties]) => ({
          what: `${logicalId}, ${type}: ${described(statement)}`,
          isRelevant: true,
          apply: () => withResource(subject.templates, stack, 'MutantPolicy', () => ({ Type: type, Properties })),
        })),
      ),
    ),
};

function policiesOf(logicalId: string, statement: JsonObject): (readonly [type: string, properties: JsonObject])[] {
  const [PolicyName, PolicyDocument, role] = ['mutant', documentOf(statement), { Ref: logicalId }];
  return [
    ['AWS::IAM::RolePolicy', { PolicyName, PolicyDocument, RoleName: role }],
    ['AWS::IAM::Policy', { PolicyName, PolicyDocument, Roles: [role] }],
    ['AWS::IAM::ManagedPolicy', { PolicyDocument, Roles: [role] }],
  ];
}

/** A permission in the policy of a table, a bucket, a queue or a key. */
export const addResourcePolicy: Operator = {
  name: 'add-resource-policy',
  changes: (subject) => {
    const principals = [
      '*',
      'arn:aws:iam::210987654321:root',
      `arn:aws:iam::${subject.account}:role/unrelated`,
      ...subject.roles.map(({ arn }) => arn),
    ];
    const granted = (statement: JsonObject) => principals.map((AWS) => [AWS, { ...statement, Principal: { AWS } }] as const);
    const ofDocuments = subject.places
      .filter(({ kind }) => kind === 'resource')
      .flatMap((place) =>
        (ACTIONS[SERVICES[place.type]] ?? []).flatMap((actions) =>
          granted({ Effect: 'Allow', Action: [...actions], Resource: '*' }).map(
            ([AWS, statement]): Change => ({
              what: `${place.logicalId}: ${actions.join(', ')} to ${AWS}`,
              isRelevant: true,
              apply: () => withStatements(subject.templates, place, [...place.statements, statement]),
            }),
          ),
        ),
      );
    const ofTables = subject.templates.contents.stacks.flatMap(({ template }, stack) =>
      Object.entries(template.Resources ?? {}).flatMap(([logicalId, { Type }]) =>
        Type !== 'AWS::DynamoDB::Table'
          ? []
          : ACTIONS.dynamodb.flatMap((actions) =>
              granted({ Effect: 'Allow', Action: [...actions], Resource: '*' }).map(
                ([AWS, statement]): Change => ({
                  what: `${logicalId}: ${actions.join(', ')} to ${AWS}`,
                  isRelevant: true,
                  apply: () =>
                    withResource(subject.templates, stack, logicalId, (table) => ({
                      ...table,
                      Properties: { ...table.Properties, ResourcePolicy: { PolicyDocument: documentOf(statement) } },
                    })),
                }),
              ),
            ),
      ),
    );
    return [...ofDocuments, ...ofTables];
  },
};

const SERVICES: Readonly<Record<string, string>> = {
  'AWS::S3::BucketPolicy': 's3',
  'AWS::SQS::QueuePolicy': 'sqs',
  'AWS::KMS::Key': 'kms',
};

/** A permission that depends on a parameter whose default leaves it out. */
export const addUnderCondition: Operator = {
  name: 'add-under-condition',
  changes: (subject) => [
    ...identityPlaces(subject).flatMap((place) =>
      permissions(subject).map((statement) => ({
        what: `${place.logicalId}, if a parameter is on (default off): ${described(statement)}`,
        isRelevant: true,
        apply: () => withSwitch(withStatements(subject.templates, place, [...place.statements, unless(statement)]), place.stack, 'off'),
      })),
    ),
    ...subject.roles.flatMap(({ stack, logicalId }) =>
      permissions(subject).map((statement) => ({
        what: `${logicalId}, a policy that exists if a parameter is on (default off): ${described(statement)}`,
        isRelevant: true,
        apply: () => {
          const [[Type, Properties]] = policiesOf(logicalId, statement);
          return withSwitch(
            withResource(subject.templates, stack, 'MutantPolicy', () => ({ Type, Properties, Condition: GUARDED })),
            stack,
            'off',
          );
        },
      })),
    ),
  ],
};

/** One more role with a permission, which a service, a role of the app or somebody else can assume. */
export const addRole: Operator = {
  name: 'add-role',
  changes: (subject) => {
    const trusted: JsonObject[] = [
      { Service: 'lambda.amazonaws.com' },
      ...['*', 'arn:aws:iam::210987654321:root', ...subject.roles.map(({ arn }) => arn)].map((AWS) => ({ AWS })),
    ];
    const stack = subject.roles[0]?.stack ?? 0;
    return trusted.flatMap((Principal) =>
      permissions(subject).map((statement) => ({
        what: `a role for ${Object.values(Principal)[0]}: ${described(statement)}`,
        isRelevant: true,
        apply: () =>
          withTemplate(subject.templates, stack, (template) => ({
            ...template,
            Resources: {
              ...template.Resources,
              MutantRole: {
                Type: 'AWS::IAM::Role',
                Properties: {
                  AssumeRolePolicyDocument: documentOf({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }),
                  Policies: [{ PolicyName: 'mutant', PolicyDocument: documentOf(statement) }],
                },
              },
            },
          })),
      })),
    );
  },
};

function identityPlaces({ places }: Subject): readonly Place[] {
  return places.filter(({ kind }) => kind === 'identity');
}
