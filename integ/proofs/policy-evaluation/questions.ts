import { generator } from '../../kit/random';
import type { Question } from '../../kit/second-opinion';
import type { JsonObject } from '../../sandbox';

const OWN = '123456789012';
const OTHER = '111122223333';
const ROLE = `arn:aws:iam::${OWN}:role/r`;
const SESSION = `arn:aws:sts::${OWN}:assumed-role/r/s`;
const USER = `arn:aws:iam::${OWN}:user/u`;
const SERVICE = 'events.amazonaws.com';
const PRINCIPALS = [SESSION, SESSION, SESSION, USER, `arn:aws:iam::${OWN}:root`, `arn:aws:sts::${OTHER}:assumed-role/r/s`, SERVICE];

/** Actions, with their resources and the patterns that policies use for them. */
const TARGETS: readonly {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly patterns: readonly string[];
}[] = [
  {
    actions: ['s3:GetObject', 's3:PutObject', 's3:GetObjectVersion'],
    resources: ['arn:aws:s3:::b/blue/x', 'arn:aws:s3:::b/red/x', 'arn:aws:s3:::b/blue', 'arn:aws:s3:::b2/blue/x'],
    patterns: [
      ...[
        'arn:aws:s3:::b/*',
        'arn:aws:s3:::b*',
        'arn:aws:s3:::b/blue/?',
        'arn:aws:s3:::b/*/x',
        'arn:aws:s3:*:*:b/blue/*',
        'arn:aws:s3:::b/blue/x',
      ],
      ...[
        'arn:aws:s3:::b/${aws:PrincipalTag/team}/*',
        "arn:aws:s3:::b/${aws:PrincipalTag/team, 'red'}/x",
        'arn:aws:s3:::b?/blue/x',
        'arn:aws:s3:::*',
      ],
      ...['arn:aws:s3:::b/${*}', 'arn:aws:s3:::b/${aws:username}*'],
    ],
  },
  {
    actions: ['dynamodb:Query', 'dynamodb:GetItem'],
    resources: [
      `arn:aws:dynamodb:us-east-1:${OWN}:table/t`,
      `arn:aws:dynamodb:us-east-1:${OWN}:table/t/index/i`,
      `arn:aws:dynamodb:eu-west-1:${OWN}:table/t`,
    ],
    patterns: [
      ...[`arn:aws:dynamodb:us-east-1:${OWN}:table/t`, 'arn:aws:dynamodb:*:*:table/*', `arn:aws:dynamodb:us-*:${OWN}:table/t*`],
      ...['arn:aws:dynamodb:us-east-?:*:table/?', 'arn:*:dynamodb:*:*:table/*/index/*', `arn:aws:dynamodb:us-east-1:${OTHER}:table/t`],
    ],
  },
  {
    actions: ['sqs:SendMessage'],
    resources: [`arn:aws:sqs:us-east-1:${OWN}:q-blue`, `arn:aws:sqs:us-east-1:${OWN}:q-red`],
    patterns: [
      'arn:aws:sqs:us-east-1:*:q-${aws:PrincipalTag/team}',
      `arn:aws:sqs:us-east-1:${OWN}:q-*`,
      'arn:aws:sqs:*:*:*',
      `arn:aws:sqs:us-east-1:${OWN}:q-blue`,
    ],
  },
  {
    actions: ['kms:Decrypt'],
    resources: [`arn:aws:kms:us-east-1:${OWN}:key/k`],
    patterns: [`arn:aws:kms:us-east-1:${OWN}:key/k`, 'arn:aws:kms:*:*:key/*'],
  },
  {
    actions: ['sts:AssumeRole', 'sts:TagSession'],
    resources: [`arn:aws:iam::${OWN}:role/t`],
    patterns: [`arn:aws:iam::${OWN}:role/t`, 'arn:aws:iam::*:role/*'],
  },
  {
    actions: ['dynamodb:ListTables', 's3:ListAllMyBuckets'],
    resources: ['*'],
    patterns: ['arn:aws:s3:::*', 'arn:aws:s3:::b', `arn:aws:dynamodb:us-east-1:${OWN}:table/t`],
  },
];

/** Condition keys, with values of requests and of policies. */
const KEYS: readonly {
  readonly key: string;
  readonly set?: true;
  readonly operators: readonly string[];
  readonly values: readonly string[];
  readonly patterns: readonly string[];
}[] = [
  {
    key: 'aws:PrincipalTag/team',
    operators: ['StringEquals', 'StringLike', 'StringEqualsIgnoreCase'],
    values: ['blue', 'red', 'Blue', 'b*'],
    patterns: ['blue', 'b*', 'BLUE', '?ed', 'b${*}', '${aws:username}'],
  },
  {
    key: 's3:prefix',
    operators: ['StringEquals', 'StringLike'],
    values: ['blue/x', 'red/x', '', 'blue/', 'a*c'],
    patterns: [
      '',
      'blue/*',
      '${aws:PrincipalTag/team}/*',
      "${aws:PrincipalTag/team, 'red'}/x",
      'a${*}c',
      '*',
      '????',
      '${AWS:principaltag/TEAM}/x',
    ],
  },
  {
    key: 'dynamodb:LeadingKeys',
    set: true,
    operators: ['StringEquals', 'StringLike'],
    values: ['blue#1', 'red#1', 'blue#2'],
    patterns: ['blue#*', '${aws:PrincipalTag/team}#*', 'red#1', '*', 'blue#?'],
  },
  {
    key: 'aws:TagKeys',
    set: true,
    operators: ['StringEquals', 'StringLike', 'StringEqualsIgnoreCase'],
    values: ['a', 'B', 'c'],
    patterns: ['a', 'b', '[ab]', '?'],
  },
  {
    key: 's3:max-keys',
    operators: ['NumericEquals', 'NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals'],
    values: ['9', '10', '10.5'],
    patterns: ['10', '10.0', '9.5', '-1'],
  },
  {
    key: 'aws:CurrentTime',
    operators: ['DateEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals'],
    values: ['2026-11-30T00:00:00Z', '2026-12-01T12:00:00Z'],
    patterns: ['2026-11-30T00:00:00Z', '2026-11-30', '2026-12-01T13:00:00+01:00', '2027-01-01T00:00:00.5Z', '1796040000'],
  },
  { key: 'aws:SecureTransport', operators: ['Bool'], values: ['true', 'false'], patterns: ['true', 'false'] },
  {
    key: 'aws:SourceIp',
    operators: ['IpAddress'],
    values: ['203.0.113.7', '198.51.100.1', '2001:db8::1'],
    patterns: ['203.0.113.0/24', '203.0.113.7', '2001:db8::/32', '0.0.0.0/0'],
  },
  {
    key: 'aws:SourceArn',
    operators: ['ArnEquals', 'ArnLike', 'StringLike'],
    values: [`arn:aws:sns:us-east-1:${OWN}:blue`, 'arn:aws:s3:::b', `arn:aws:sns:us-east-1:${OWN}:a:b`],
    patterns: [
      `arn:aws:sns:*:${OWN}:*`,
      'arn:aws:sns:us-east-?:*:${aws:PrincipalTag/team}',
      'arn:aws:s3:::b',
      'arn:aws:*:b',
      `arn:aws:sns:*:\${aws:PrincipalAccount}:blue`,
    ],
  },
];

const NEGATED: Readonly<Record<string, string>> = {
  StringEquals: 'StringNotEquals',
  StringLike: 'StringNotLike',
  StringEqualsIgnoreCase: 'StringNotEqualsIgnoreCase',
  NumericEquals: 'NumericNotEquals',
  DateEquals: 'DateNotEquals',
  IpAddress: 'NotIpAddress',
  ArnEquals: 'ArnNotEquals',
  ArnLike: 'ArnNotLike',
};

/** Random questions, the same for the same seed. Values are few, so that policies and requests often meet. */
export function questions(seed: number): () => Question {
  const random = generator(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)];
  const chance = (share: number) => random() < share;
  const several = <T>(most: number, make: () => T): T[] => Array.from({ length: 1 + below(most) }, make);
  const oneOrMore = (make: () => string) => (chance(0.6) ? make() : several(3, make));

  const condition = (): [string, string, string | string[]] => {
    const { key, set, operators, patterns } = pick(KEYS);
    if (chance(0.1)) return ['Null', key, pick(['true', 'false'])];
    const base = pick(operators);
    const operator = chance(0.3) ? (NEGATED[base] ?? base) : base;
    const prefix = set && chance(0.95) ? pick(['ForAllValues:', 'ForAnyValue:']) : '';
    return [`${prefix}${operator}${chance(0.15) ? 'IfExists' : ''}`, key, oneOrMore(() => pick(patterns))];
  };
  const conditions = (): JsonObject => {
    const result: Record<string, Record<string, string | string[]>> = {};
    for (const [operator, key, values] of several(2, condition)) result[operator] = { ...result[operator], [key]: values };
    return result;
  };
  const statement = ({ actions, patterns }: (typeof TARGETS)[number]): JsonObject => {
    const [service] = actions[0].split(':');
    const action = () =>
      pick([
        ...actions,
        ...actions,
        `${service}:*`,
        '*',
        `${service}:Get*`,
        `${service.toUpperCase()}:${actions[0].split(':')[1]}`,
        'ec2:*',
        actions[0].replace(/.$/, '?'),
      ]);
    return {
      Effect: chance(0.7) ? 'Allow' : 'Deny',
      [chance(0.9) ? 'Action' : 'NotAction']: oneOrMore(action),
      [chance(0.9) ? 'Resource' : 'NotResource']: oneOrMore(() => (chance(0.4) ? '*' : pick(patterns))),
      ...(chance(0.5) ? { Condition: conditions() } : {}),
    };
  };
  const principal = (): JsonObject[string] => {
    const aws = () =>
      pick([ROLE, ROLE, SESSION, USER, OWN, `arn:aws:iam::${OWN}:root`, OTHER, `${SESSION}2`, `arn:aws:iam::${OTHER}:role/r`, '*']);
    return chance(0.1) ? '*' : chance(0.2) ? { Service: pick([SERVICE, 'sns.amazonaws.com']), AWS: aws() } : { AWS: oneOrMore(aws) };
  };
  const policy = (make: () => JsonObject): JsonObject => ({
    ...(chance(0.85) ? { Version: '2012-10-17' } : chance(0.5) ? { Version: '2008-10-17' } : {}),
    Statement: several(3, make),
  });
  const maybe = (share: number, make: () => JsonObject): JsonObject[] => (chance(share) ? several(2, () => policy(make)) : []);

  return () => {
    const target = pick(TARGETS);
    const own = () => statement(target);
    const withPrincipal = (): JsonObject => {
      const made = own();
      return { ...made, [made.Effect === 'Deny' && chance(0.3) ? 'NotPrincipal' : 'Principal']: principal() };
    };
    const needed = /^(kms|sts):/.test(target.actions[0]);
    const context = Object.fromEntries(
      KEYS.filter(() => chance(0.6)).map(({ key, set, values }) => [
        key,
        set ? (chance(0.1) ? [] : several(3, () => pick(values))) : pick(values),
      ]),
    );
    const asking = pick(PRINCIPALS);
    // A service has no policies of its own, and the root of an account has neither boundary nor session.
    const isService = asking === SERVICE;
    const isLimited = !isService && !asking.endsWith(':root');
    return {
      principal: asking,
      account: OWN,
      action: pick(target.actions),
      resource: pick(target.resources),
      context: { ...context, 'aws:PrincipalAccount': OWN },
      identity: isService ? [] : maybe(0.8, own),
      boundary: isLimited ? maybe(0.2, own) : [],
      session: isLimited ? maybe(0.2, own) : [],
      ...(needed || isService || chance(0.5) ? { resourcePolicy: policy(withPrincipal) } : {}),
    };
  };
}
