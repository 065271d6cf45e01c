import type { JsonObject } from '../../contracts';
import type { Context } from '.';
import { ACCOUNT, holds, isAllowed, outcome, policy, ROLE, SESSION } from './fixtures';

// The examples of the IAM User Guide, each under the address of its page: https://docs.aws.amazon.com/IAM/latest/UserGuide/<page>.html

describe('reference_policies_evaluation-logic', () => {
  const carlos = 'arn:aws:iam::123456789012:user/carlossalazar';
  const identity = [
    {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AllowS3ListRead',
          Effect: 'Allow',
          Action: ['s3:GetBucketLocation', 's3:GetAccountPublicAccessBlock', 's3:ListAccessPoints', 's3:ListAllMyBuckets'],
          Resource: 'arn:aws:s3:::*',
        },
        {
          Sid: 'AllowS3Self',
          Effect: 'Allow',
          Action: 's3:*',
          Resource: ['arn:aws:s3:::carlossalazar/*', 'arn:aws:s3:::carlossalazar'],
        },
        { Sid: 'DenyS3Logs', Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::*log*' },
      ],
    },
  ];
  const bucketPolicy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::123456789012:user/carlossalazar' },
        Action: 's3:*',
        Resource: ['arn:aws:s3:::carlossalazar/*', 'arn:aws:s3:::carlossalazar'],
      },
    ],
  };
  const asked = { principal: carlos, action: 's3:PutObject' };

  test.each<[string, Parameters<typeof outcome>[0], string]>([
    ['a denial of logs', { ...asked, identity, on: 'arn:aws:s3:::carlossalazar-logs/x' }, 'explicit: identity-based policy'],
    ['both policies', { ...asked, identity, resource: bucketPolicy, on: 'arn:aws:s3:::carlossalazar/x' }, 'allowed'],
    ['the identity policy alone', { ...asked, identity, on: 'arn:aws:s3:::carlossalazar/x' }, 'allowed'],
    ['the bucket policy alone', { ...asked, resource: bucketPolicy, on: 'arn:aws:s3:::carlossalazar/x' }, 'allowed'],
    ['an action without a resource', { ...asked, identity, action: 's3:ListAllMyBuckets', on: '*' }, 'allowed'],
    ['an implicit denial', { ...asked, identity, on: 'arn:aws:s3:::other/x' }, 'implicit: identity-based policy'],
  ])('%s', (_, question, expected) => {
    expect(outcome(question)).toBe(expected);
  });

  const reports = [
    {
      Version: '2012-10-17',
      Statement: [
        { Sid: 'AllowGetList', Effect: 'Allow', Action: ['iam:Get*', 'iam:List*'], Resource: '*' },
        { Sid: 'DenyReports', Effect: 'Deny', Action: 'iam:*Report', Resource: '*' },
      ],
    },
  ];
  test.each([
    ['iam:GetUser', 'allowed'],
    ['iam:CreatePolicy', 'implicit: identity-based policy'],
    ['iam:GetOrganizationsAccessReport', 'explicit: identity-based policy'],
    ['iam:GenerateCredentialReport', 'explicit: identity-based policy'],
  ])('%s of "The difference between explicit and implicit denies": %s', (action, expected) => {
    expect(outcome({ identity: reports, action, on: '*' })).toBe(expected);
  });
});

/**
 * The table "Resource-based policies and implicit denies in other policy types (same account)", for a session with an implicit denial in each
 * of the other types.
 */
describe('reference_policies_evaluation-logic_policy-eval-denyallow, and access_policies#policies_session', () => {
  const none = [policy({ Action: 'ec2:*' })];
  const all = [policy({})];
  const queue = (AWS: string) => policy({ Principal: { AWS } });
  const asked = { action: 'sqs:SendMessage', on: `arn:aws:sqs:us-east-1:${ACCOUNT}:q` };

  test.each<[string, Parameters<typeof outcome>[0], string]>([
    ['a role', { ...asked, resource: queue(ROLE) }, 'allowed'],
    ['a role with a boundary', { ...asked, resource: queue(ROLE), boundary: none }, 'implicit: permissions boundary'],
    ['a role with a session policy', { ...asked, resource: queue(ROLE), session: none }, 'implicit: session policy'],
    ['a session', { ...asked, resource: queue(SESSION) }, 'allowed'],
    ['a session with a boundary', { ...asked, resource: queue(SESSION), boundary: none }, 'allowed'],
    ['a session with a session policy', { ...asked, resource: queue(SESSION), session: none }, 'allowed'],
    ['everyone, with boundary and session policy', { ...asked, resource: queue('*'), boundary: none, session: none }, 'allowed'],
    ['another session of the role', { ...asked, resource: queue(`${SESSION}2`) }, 'implicit: identity-based policy'],
    ['the account', { ...asked, resource: queue(ACCOUNT) }, 'implicit: identity-based policy'],
    ['the account, and identity policies', { ...asked, resource: queue(`arn:aws:iam::${ACCOUNT}:root`), identity: all }, 'allowed'],
    [
      'identity policies with a session policy',
      { ...asked, resource: queue(ACCOUNT), identity: all, session: none },
      'implicit: session policy',
    ],
    [
      'a session with an explicit denial in its session policy',
      { ...asked, resource: queue(SESSION), session: [policy({ Effect: 'Deny' })] },
      'explicit: session policy',
    ],
    [
      'a session with an explicit denial in its boundary',
      { ...asked, resource: queue(SESSION), boundary: [policy({ Effect: 'Deny' })] },
      'explicit: permissions boundary',
    ],
    ['a session policy gives nothing', { ...asked, session: all }, 'implicit: identity-based policy'],
    ['a boundary gives nothing', { ...asked, boundary: all }, 'implicit: identity-based policy'],
  ])('a resource policy for %s', (_, question, expected) => {
    expect(outcome(question)).toBe(expected);
  });

  test("access_policies_boundaries: a policy of a secret is not limited by a user's boundary", () => {
    const nikhil = `arn:aws:iam::${ACCOUNT}:user/Nikhil`;
    const on = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:s`;
    const question = { principal: nikhil, action: 'secretsmanager:GetSecretValue', on, boundary: [policy({ Action: 's3:*' })] };
    expect(outcome({ ...question, resource: policy({ Principal: { AWS: nikhil } }) })).toBe('allowed');
    const logs = [policy({ Effect: 'Deny', Resource: ['arn:aws:s3:::logs', 'arn:aws:s3:::logs/*'] })];
    const write = { principal: nikhil, action: 's3:PutObject', on: 'arn:aws:s3:::logs/x', boundary: logs };
    expect(outcome({ ...write, resource: policy({ Principal: { AWS: nikhil } }) })).toBe('explicit: permissions boundary');
  });

  test.each<[string, string, JsonObject | undefined]>([
    ['names the session', 'allowed', policy({ Principal: { AWS: SESSION } })],
    ['names the role', 'allowed', policy({ Principal: { AWS: ROLE } })],
    ['delegates to the account', 'allowed', policy({ Principal: { AWS: ACCOUNT } })],
    ['names somebody else', 'implicit: resource-based policy', policy({ Principal: { AWS: `${ROLE}2` } })],
    ['names a service', 'implicit: resource-based policy', policy({ Principal: { Service: 's3.amazonaws.com' } })],
    ['is missing', 'implicit: resource-based policy', undefined],
  ])('identity policies for a key or role whose policy %s: %s', (_, expected, resource) => {
    const key = { action: 'kms:Decrypt', on: `arn:aws:kms:us-east-1:${ACCOUNT}:key/k` };
    const role = { action: 'sts:AssumeRole', on: `arn:aws:iam::${ACCOUNT}:role/r` };
    expect([key, role].map((question) => outcome({ ...question, identity: all, resource }))).toEqual([expected, expected]);
    // IAM itself needs no permission of the trust policy.
    expect(outcome({ action: 'iam:PassRole', on: role.on, identity: all, resource })).toBe('allowed');
  });
});

describe('reference_policies_evaluation-logic-cross-account', () => {
  const carlos = 'arn:aws:iam::111111111111:user/carlossalazar';
  const identity = [
    {
      Version: '2012-10-17',
      Statement: [
        { Sid: 'AllowS3ListRead', Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' },
        { Sid: 'AllowS3ProductionObjectActions', Effect: 'Allow', Action: 's3:*Object*', Resource: 'arn:aws:s3:::Production/*' },
        { Sid: 'DenyS3Logs', Effect: 'Deny', Action: 's3:*', Resource: ['arn:aws:s3:::*log*', 'arn:aws:s3:::*log*/*'] },
      ],
    },
  ];
  const bucket = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:GetObject*', 's3:PutObject*', 's3:ReplicateObject', 's3:RestoreObject'],
        Principal: { AWS: 'arn:aws:iam::111111111111:user/carlossalazar' },
        Resource: 'arn:aws:s3:::Production/*',
      },
    ],
  };
  const asked = { principal: carlos, account: '222222222222', action: 's3:PutObject', on: 'arn:aws:s3:::Production/x' };
  test.each<[string, Parameters<typeof outcome>[0], string]>([
    ['both allow', { ...asked, identity, resource: bucket }, 'allowed'],
    ['a denial of logs', { ...asked, identity, on: 'arn:aws:s3:::Production-logs/x' }, 'explicit: identity-based policy'],
    [
      'an action that the bucket does not allow',
      { ...asked, identity, resource: bucket, action: 's3:DeleteObject' },
      'implicit: resource-based policy',
    ],
    ['no identity policy', { ...asked, resource: bucket }, 'implicit: identity-based policy'],
    ['no bucket policy', { ...asked, identity }, 'implicit: resource-based policy'],
    ['a bucket policy for the account', { ...asked, identity, resource: policy({ Principal: { AWS: '111111111111' } }) }, 'allowed'],
    [
      'a boundary limits a user of another account',
      { ...asked, identity, resource: bucket, boundary: [policy({ Action: 'ec2:*' })] },
      'implicit: permissions boundary',
    ],
  ])('%s', (_, question, expected) => {
    expect(outcome(question)).toBe(expected);
  });
});

describe('reference_policies_elements_notprincipal', () => {
  const denial = (AWS: string[]): JsonObject => ({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' },
      { Effect: 'Deny', NotPrincipal: { AWS }, Action: 's3:*', Resource: ['arn:aws:s3:::BUCKETNAME', 'arn:aws:s3:::BUCKETNAME/*'] },
    ],
  });
  const asked = { action: 's3:GetObject', on: 'arn:aws:s3:::BUCKETNAME/x', account: '444455556666' };
  const bob = 'arn:aws:iam::444455556666:user/Bob';
  const root = 'arn:aws:iam::444455556666:root';
  const role = 'arn:aws:iam::444455556666:role/cross-account-read-only-role';
  const app = 'arn:aws:sts::444455556666:assumed-role/cross-account-read-only-role/cross-account-audit-app';

  test.each<[string, string[], string, boolean]>([
    ['the user and the account', [bob, root], bob, true],
    ['the user alone', [bob], bob, false],
    ['another user of the account', [bob, root], `${bob}2`, false],
    ['the session, its role and the account', [app, role, root], app, true],
    ['another session of the role', [app, role, root], `${app}2`, false],
    ['the role and the account, but not the session', [role, root], app, false],
    ['the session and the account, but not the role', [app, root], app, false],
    ['the session and its role, but not the account', [app, role], app, false],
    ['the account alone', [root], app, false],
    ['the account, for its root', [root], root, true],
    ['somebody else', [`${bob}2`, root], bob, false],
  ])('a denial of all but %s', (_, principals, principal, expected) => {
    const identity = principal === root ? [policy({})] : [];
    expect(isAllowed({ ...asked, principal, identity, resource: denial(principals) })).toBe(expected);
  });

  test('it always denies a principal with a permissions boundary', () => {
    const question = { ...asked, principal: bob, resource: denial([bob, root]) };
    expect([isAllowed(question), isAllowed({ ...question, boundary: [policy({})] })]).toEqual([true, false]);
  });

  test('it denies services that it does not name', () => {
    const resource = (Service: string): JsonObject => ({
      Version: '2012-10-17',
      Statement: [
        ...(policy({ Principal: '*' }).Statement as JsonObject[]),
        { Effect: 'Deny', NotPrincipal: { Service }, Action: '*', Resource: '*' },
      ],
    });
    const question = { ...asked, principal: 'logs.amazonaws.com' };
    expect(isAllowed({ ...question, resource: resource('logs.amazonaws.com') })).toBe(true);
    expect(isAllowed({ ...question, resource: resource('sns.amazonaws.com') })).toBe(false);
  });
});

describe('reference_policies_elements_principal', () => {
  test('ArnNotEquals of aws:PrincipalArn instead of NotPrincipal', () => {
    const resource: JsonObject = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 's3:*', Principal: { AWS: '444455556666' }, Resource: '*' },
        {
          Sid: 'UsePrincipalArnInsteadOfNotPrincipalWithDeny',
          Effect: 'Deny',
          Action: 's3:*',
          Principal: '*',
          Resource: ['arn:aws:s3:::BUCKETNAME/*', 'arn:aws:s3:::BUCKETNAME'],
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:user/user-name' } },
        },
      ],
    };
    const ask = (name: string) => {
      const principal = `arn:aws:iam::444455556666:user/${name}`;
      const question = { principal, action: 's3:GetObject', on: 'arn:aws:s3:::BUCKETNAME/x', account: '444455556666' };
      return outcome({ ...question, identity: [policy({})], resource, context: { 'aws:PrincipalArn': principal } });
    };
    expect([ask('user-name'), ask('other')]).toEqual(['allowed', 'explicit: resource-based policy']);
  });

  test('a service is named by its principal, and nobody by a part of a name', () => {
    const resource = policy({
      Principal: { Service: ['ecs.amazonaws.com', 'elasticloadbalancing.amazonaws.com'] },
      Action: 'sts:AssumeRole',
    });
    const ask = (principal: string) => isAllowed({ principal, action: 'sts:AssumeRole', on: ROLE, resource });
    expect([ask('ecs.amazonaws.com'), ask('ec2.amazonaws.com'), ask(SESSION)]).toEqual([true, false, false]);
    const wildcard = policy({ Principal: { AWS: 'arn:aws:sts::123456789012:assumed-role/examplerole/*' } });
    expect(isAllowed({ action: 's3:GetObject', on: 'arn:aws:s3:::b/k', resource: wildcard })).toBe(false);
  });
});

describe('reference_policies_elements_resource, _notresource and _notaction', () => {
  const on = (Resource: string, object: string) =>
    isAllowed({ identity: [policy({ Resource })], action: 's3:GetObject', on: `arn:aws:s3:::${object}` });

  test.each([
    ['DOC-EXAMPLE-BUCKET/1/test/object.jpg', true],
    ['DOC-EXAMPLE-BUCKET/1/2/test/object.jpg', true],
    ['DOC-EXAMPLE-BUCKET/1/2/test/3/object.jpg', true],
    ['DOC-EXAMPLE-BUCKET/1/2/3/test/4/object.jpg', true],
    ['DOC-EXAMPLE-BUCKET/1///test///object.jpg', true],
    ['DOC-EXAMPLE-BUCKET/1/test/.jpg', true],
    ['DOC-EXAMPLE-BUCKET//test/object.jpg', true],
    ['DOC-EXAMPLE-BUCKET/1/test/', true],
    ['DOC-EXAMPLE-BUCKET/1-test/object.jpg', false],
    ['DOC-EXAMPLE-BUCKET/test/object.jpg', false],
    ['DOC-EXAMPLE-BUCKET/1/2/test.jpg', false],
  ])('arn:aws:s3:::DOC-EXAMPLE-BUCKET/*/test/* and %s: %s', (object, expected) => {
    expect(on('arn:aws:s3:::DOC-EXAMPLE-BUCKET/*/test/*', object)).toBe(expected);
  });

  test('a star does not cross the first five colons', () => {
    const ask = (Resource: string) =>
      isAllowed({
        identity: [policy({ Resource })],
        action: 'lambda:InvokeFunction',
        on: 'arn:aws:lambda:us-east-1:123456789012:function:f:live',
      });
    expect([ask('arn:aws:lambda:*:function:f:live'), ask('arn:aws:lambda:*:*:function:f*'), ask('arn:aws:lambda:*:*:*')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('a denial with NotResource spares what it names', () => {
    const identity = [
      policy({}),
      policy({ Effect: 'Deny', Action: 's3:*', NotResource: ['arn:aws:s3:::HRBucket/Payroll', 'arn:aws:s3:::HRBucket/Payroll/*'] }),
    ];
    const ask = (action: string, resource: string) => isAllowed({ identity, action, on: resource });
    expect(ask('s3:GetObject', 'arn:aws:s3:::HRBucket/Payroll/x')).toBe(true);
    expect(ask('s3:GetObject', 'arn:aws:s3:::HRBucket/x')).toBe(false);
    expect(ask('s3:ListAllMyBuckets', '*')).toBe(false);
    expect(ask('ec2:RunInstances', '*')).toBe(true);
  });

  test('NotAction applies to everything else, in any case of letters', () => {
    const identity = [policy({ NotAction: 'IAM:*', Effect: 'Allow' })];
    const ask = (action: string) => isAllowed({ identity, action, on: '*' });
    expect([ask('iam:CreateUser'), ask('s3:ListAllMyBuckets')]).toEqual([false, true]);
    const denied = [policy({}), policy({ Effect: 'Deny', NotAction: 's3:*', NotResource: 'arn:aws:s3:::a' })];
    expect([isAllowed({ identity: denied, action: 's3:x', on: '*' }), isAllowed({ identity: denied, action: 'ec2:x', on: '*' })]).toEqual([
      true,
      false,
    ]);
  });
});

describe('reference_policies_variables', () => {
  const own = 'arn:aws:s3:::mybucket/${aws:username}/*';
  const read = (identity: JsonObject, key: string, context: Context) =>
    isAllowed({ identity: [identity], action: 's3:GetObject', on: `arn:aws:s3:::mybucket/${key}`, context });

  test('a variable has the value of a condition key, whatever the case of its name', () => {
    expect(read(policy({ Resource: [own] }), 'David/x', { 'aws:username': 'David' })).toBe(true);
    expect(read(policy({ Resource: [own] }), 'Adele/x', { 'aws:username': 'David' })).toBe(false);
    expect(read(policy({ Resource: 'arn:aws:s3:::mybucket/${AWS:UserName}/*' }), 'David/x', { 'aws:username': 'David' })).toBe(true);
  });

  test.each(['2008-10-17', undefined])('with Version %s, a variable is a literal string', (Version) => {
    const old: JsonObject = { ...policy({ Resource: own }) };
    if (Version === undefined) delete old.Version;
    else old.Version = Version;
    expect(read(old, 'David/x', { 'aws:username': 'David' })).toBe(false);
    expect(read(old, '${aws:username}/x', { 'aws:username': 'David' })).toBe(true);
    const condition = {
      ...old,
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEquals: { 's3:prefix': '${aws:username}' } } }],
    };
    expect(read(condition as JsonObject, 'x', { 'aws:username': 'David', 's3:prefix': 'David' })).toBe(false);
    expect(read(condition as JsonObject, 'x', { 'aws:username': 'David', 's3:prefix': '${aws:username}' })).toBe(true);
  });

  test('without a value, a variable in a resource matches no resource', () => {
    expect(read(policy({ Resource: own }), '/x', {})).toBe(false);
    // So that NotResource applies to every resource.
    expect(read(policy({ NotResource: own }), 'David/x', {})).toBe(true);
    expect(read(policy({ NotResource: own }), 'David/x', { 'aws:username': 'David' })).toBe(false);
    // A key with several values can't be a variable.
    expect(read(policy({ Resource: 'arn:aws:s3:::mybucket/${aws:TagKeys}' }), 'a', { 'aws:TagKeys': ['a'] })).toBe(false);
  });

  test('without a value, operators do not match, and negated operators do', () => {
    const team = { 's3:ExistingObjectTag/Team': '${aws:PrincipalTag/Team}' };
    const tagged = { 's3:ExistingObjectTag/Team': 'blue' };
    for (const operator of ['StringEquals', 'StringLike', 'StringEqualsIgnoreCase'])
      expect(holds({ [operator]: team }, tagged)).toBe(false);
    for (const operator of ['StringNotEquals', 'StringNotLike', 'StringNotEqualsIgnoreCase'])
      expect(holds({ [operator]: team }, tagged)).toBe(true);
    expect(holds({ StringNotEquals: team }, { ...tagged, 'aws:PrincipalTag/Team': 'blue' })).toBe(false);
  });

  test('the queue of a user', () => {
    const identity = [policy({ Action: 'sqs:*', Resource: 'arn:aws:sqs:us-east-2:*:${aws:username}-queue' })];
    const ask = (name: string) =>
      isAllowed({
        identity,
        action: 'sqs:DeleteQueue',
        on: `arn:aws:sqs:us-east-2:${ACCOUNT}:${name}`,
        context: { 'aws:username': 'David' },
      });
    expect([ask('David-queue'), ask('Adele-queue')]).toEqual([true, false]);
  });

  test('a default value', () => {
    const Resource = "arn:aws:s3:::DOC-EXAMPLE-BUCKET-${aws:PrincipalTag/team, 'company-wide'}";
    const ask = (bucket: string, context: Context) =>
      isAllowed({ identity: [policy({ Resource })], action: 's3:ListBucket', on: `arn:aws:s3:::DOC-EXAMPLE-BUCKET-${bucket}`, context });
    expect([ask('yellow', { 'aws:PrincipalTag/team': 'yellow' }), ask('company-wide', { 'aws:PrincipalTag/team': 'yellow' })]).toEqual([
      true,
      false,
    ]);
    expect([ask('company-wide', {}), ask('yellow', {})]).toEqual([true, false]);
    expect(holds({ StringEquals: { 's3:prefix': "${aws:PrincipalTag/team, 'all, of us'}" } }, { 's3:prefix': 'all, of us' })).toBe(true);
  });

  test('${*}, ${?} and ${$} are characters, also where wildcards have no meaning', () => {
    for (const operator of ['StringLike', 'StringEquals']) {
      expect(holds({ [operator]: { 's3:prefix': 'a${*}b${?}c${$}{x}' } }, { 's3:prefix': 'a*b?c${x}' })).toBe(true);
      expect(holds({ [operator]: { 's3:prefix': 'a${*}' } }, { 's3:prefix': 'ab' })).toBe(false);
    }
  });

  test('a value is compared literally', () => {
    expect(holds({ StringLike: { 's3:prefix': '${aws:PrincipalTag/team}/x' } }, { 's3:prefix': 'b/x', 'aws:PrincipalTag/team': '*' })).toBe(
      false,
    );
    expect(holds({ StringLike: { 's3:prefix': '${aws:PrincipalTag/team}/x' } }, { 's3:prefix': '*/x', 'aws:PrincipalTag/team': '*' })).toBe(
      true,
    );
  });

  test('ARN operators replace variables, also before the resource', () => {
    const Condition = { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:${aws:PrincipalAccount}:${aws:PrincipalTag/team}-*' } };
    const context = { 'aws:PrincipalAccount': ACCOUNT, 'aws:PrincipalTag/team': 'blue' };
    expect(holds(Condition, { ...context, 'aws:SourceArn': `arn:aws:sns:us-east-1:${ACCOUNT}:blue-x` })).toBe(true);
    expect(holds(Condition, { ...context, 'aws:SourceArn': 'arn:aws:sns:us-east-1:111122223333:blue-x' })).toBe(false);
  });
});

describe('reference_policies_elements_condition_operators', () => {
  const IN_RANGE = { 'aws:SourceIp': ['203.0.113.0/24', '2001:DB8:1234:5678::/64'] };
  const ISSUED = { 'aws:TokenIssueTime': '2020-01-01T00:00:01Z' };
  const at = (time: string) => ({ 'aws:TokenIssueTime': time });
  test.each<[string, JsonObject, Context, boolean]>([
    [
      'StringEquals',
      { StringEquals: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } },
      { 'aws:PrincipalTag/job-category': 'iamuser-admin' },
      true,
    ],
    ['StringEquals is case-sensitive', { StringEquals: { 'aws:PrincipalTag/a': 'x' } }, { 'aws:PrincipalTag/a': 'X' }, false],
    ['StringEquals has no wildcards', { StringEquals: { 'aws:PrincipalTag/a': 'x*' } }, { 'aws:PrincipalTag/a': 'xy' }, false],
    ['StringEquals without the tag', { StringEquals: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } }, {}, false],
    ['StringNotEquals without the tag', { StringNotEquals: { 'aws:PrincipalTag/a': 'x' } }, {}, true],
    ['StringEqualsIgnoreCase', { StringEqualsIgnoreCase: { 'aws:PrincipalTag/a': 'Xy' } }, { 'aws:PrincipalTag/a': 'xY' }, true],
    ['StringNotEqualsIgnoreCase', { StringNotEqualsIgnoreCase: { 'aws:PrincipalTag/a': 'Xy' } }, { 'aws:PrincipalTag/a': 'xY' }, false],
    ['StringLike of an empty prefix', { StringLike: { 's3:prefix': ['', 'home/', 'home/${aws:username}/'] } }, { 's3:prefix': '' }, true],
    [
      'StringLike of a home',
      { StringLike: { 's3:prefix': ['', 'home/', 'home/${aws:username}/'] } },
      { 's3:prefix': 'home/David/', 'aws:username': 'David' },
      true,
    ],
    [
      'StringLike of another home',
      { StringLike: { 's3:prefix': ['', 'home/', 'home/${aws:username}/'] } },
      { 's3:prefix': 'home/Adele/', 'aws:username': 'David' },
      false,
    ],
    ['StringLike is case-sensitive', { StringLike: { 's3:prefix': 'a*' } }, { 's3:prefix': 'Ab' }, false],
    ['NumericLessThanEquals', { NumericLessThanEquals: { 's3:max-keys': '10' } }, { 's3:max-keys': '10' }, true],
    ['NumericLessThanEquals of more', { NumericLessThanEquals: { 's3:max-keys': '10' } }, { 's3:max-keys': '11' }, false],
    ['NumericLessThanEquals without the key', { NumericLessThanEquals: { 's3:max-keys': '10' } }, {}, false],
    ['NumericLessThan', { NumericLessThan: { 's3:max-keys': 10 } }, { 's3:max-keys': '9' }, true],
    ['NumericGreaterThan', { NumericGreaterThan: { 's3:max-keys': '9.5' } }, { 's3:max-keys': '10' }, true],
    ['NumericGreaterThanEquals', { NumericGreaterThanEquals: { 's3:max-keys': '10' } }, { 's3:max-keys': '9' }, false],
    ['NumericEquals', { NumericEquals: { 's3:max-keys': '10' } }, { 's3:max-keys': '10.0' }, true],
    ['NumericNotEquals', { NumericNotEquals: { 's3:max-keys': '10' } }, { 's3:max-keys': '10.0' }, false],
    ['DateGreaterThan', { DateGreaterThan: ISSUED }, at('2020-06-01T00:00:00Z'), true],
    ['DateGreaterThan of an earlier session', { DateGreaterThan: ISSUED }, at('2019-12-31T23:59:59Z'), false],
    ['DateGreaterThan without a session', { DateGreaterThan: ISSUED }, {}, false],
    ['DateGreaterThanEquals', { DateGreaterThanEquals: ISSUED }, at('2020-01-01T01:00:01+01:00'), true],
    ['DateLessThan', { DateLessThan: ISSUED }, at('2020-01-01T00:00:00.999Z'), true],
    ['DateLessThanEquals of a later session', { DateLessThanEquals: ISSUED }, at('2020-01-01T00:00:02Z'), false],
    ['DateEquals', { DateEquals: ISSUED }, at('2020-01-01T00:00:01.000Z'), true],
    ['DateNotEquals', { DateNotEquals: ISSUED }, at('2020-01-01T00:00:01.000Z'), false],
    [
      'a date in seconds since 1970',
      { DateLessThan: { 'aws:CurrentTime': '1577836801' } },
      { 'aws:CurrentTime': '2020-01-01T00:00:00Z' },
      true,
    ],
    ['aws:EpochTime with a date operator', { DateGreaterThan: { 'aws:EpochTime': '2020-01-01' } }, { 'aws:EpochTime': '1577836801' }, true],
    [
      'aws:EpochTime with a numeric operator',
      { NumericGreaterThan: { 'aws:EpochTime': '1577836800' } },
      { 'aws:EpochTime': '1577836801' },
      true,
    ],
    ['Bool', { Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': 'false' }, true],
    ['Bool of the opposite', { Bool: { 'aws:SecureTransport': false } }, { 'aws:SecureTransport': 'true' }, false],
    ['BinaryEquals', { BinaryEquals: { key: 'QmluYXJ5VmFsdWVJbkJhc2U2NA==' } }, { key: 'QmluYXJ5VmFsdWVJbkJhc2U2NA==' }, true],
    ['BinaryEquals of other bytes', { BinaryEquals: { key: 'QmluYXJ5VmFsdWVJbkJhc2U2NA==' } }, { key: 'QmluYXJ5' }, false],
    ['IpAddress', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, { 'aws:SourceIp': '203.0.113.255' }, true],
    ['IpAddress outside the range', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, { 'aws:SourceIp': '203.0.114.0' }, false],
    ['IpAddress without a prefix', { IpAddress: { 'aws:SourceIp': '203.0.113.7' } }, { 'aws:SourceIp': '203.0.113.8' }, false],
    ['IpAddress with both versions', { IpAddress: IN_RANGE }, { 'aws:SourceIp': '2001:db8:1234:5678::1' }, true],
    ['IpAddress with both versions, outside', { IpAddress: IN_RANGE }, { 'aws:SourceIp': '2001:db8:1234:5679::1' }, false],
    ['NotIpAddress', { NotIpAddress: IN_RANGE }, { 'aws:SourceIp': '198.51.100.1' }, true],
    ['IpAddress without the key', { IpAddress: IN_RANGE }, {}, false],
    [
      'ArnEquals',
      { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:REGION:123456789012:TOPIC-ID' } },
      { 'aws:SourceArn': 'arn:aws:sns:REGION:123456789012:TOPIC-ID' },
      true,
    ],
    ['ArnEquals without the key', { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:REGION:123456789012:TOPIC-ID' } }, {}, false],
    [
      'ArnEquals behaves as ArnLike',
      { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:*:123456789012:TOPIC-?D' } },
      { 'aws:SourceArn': 'arn:aws:sns:r:123456789012:TOPIC-ID' },
      true,
    ],
    [
      'a star in StringLike crosses colons',
      { StringLike: { 'aws:SourceArn': 'arn:aws:someservice:*:111122223333:finance/*' } },
      { 'aws:SourceArn': 'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt' },
      true,
    ],
    [
      'a star in ArnLike does not',
      { ArnLike: { 'aws:SourceArn': 'arn:aws:someservice:*:111122223333:finance/*' } },
      { 'aws:SourceArn': 'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt' },
      false,
    ],
    ['ArnNotLike', { ArnNotLike: { 'aws:SourceArn': 'arn:aws:s3:::a*' } }, { 'aws:SourceArn': 'arn:aws:s3:::b' }, true],
    [
      'StringLikeIfExists with the key',
      { StringLikeIfExists: { 'ec2:InstanceType': ['t1.*', 't2.*', 'm3.*'] } },
      { 'ec2:InstanceType': 'm4.large' },
      false,
    ],
    ['StringLikeIfExists without the key', { StringLikeIfExists: { 'ec2:InstanceType': ['t1.*', 't2.*', 'm3.*'] } }, {}, true],
    ['StringNotEqualsIfExists without the key', { StringNotEqualsIfExists: { 'aws:RequestTag/a': 'x' } }, {}, true],
    ['Null true without the key', { Null: { 'aws:TokenIssueTime': 'true' } }, {}, true],
    ['Null true with the key', { Null: { 'aws:TokenIssueTime': 'true' } }, at('2020-01-01T00:00:00Z'), false],
    ['Null false with the key', { Null: { 'aws:TokenIssueTime': false } }, at('2020-01-01T00:00:00Z'), true],
  ])('%s', (_, condition, context, expected) => {
    expect(holds(condition, context)).toBe(expected);
  });
});

describe('reference_policies_condition-logic-multiple-context-keys-or-values', () => {
  const Condition = {
    StringEqualsIgnoreCase: { 'aws:PrincipalTag/department': ['finance', 'hr', 'legal'], 'aws:PrincipalTag/role': ['audit', 'security'] },
    StringEquals: { 'aws:PrincipalAccount': '123456789012' },
  };
  const good = { 'aws:PrincipalTag/department': 'HR', 'aws:PrincipalTag/role': 'audit', 'aws:PrincipalAccount': '123456789012' };
  test('all operators and all keys must hold, for one of the values', () => {
    expect(holds(Condition, good)).toBe(true);
    expect(holds(Condition, { ...good, 'aws:PrincipalTag/department': 'sales' })).toBe(false);
    expect(holds(Condition, { ...good, 'aws:PrincipalAccount': '111122223333' })).toBe(false);
    const { 'aws:PrincipalTag/role': _, ...without } = good;
    expect(holds(Condition, without)).toBe(false);
  });

  test('none of the values of a negated operator may match', () => {
    const negated = { StringNotEquals: { 'aws:PrincipalAccount': ['111111111111', '222222222222'] } };
    expect(['111111111111', '222222222222', '333333333333'].map((value) => holds(negated, { 'aws:PrincipalAccount': value }))).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('reference_policies_multi-value-conditions, and reference_policies_condition_examples-multi-valued-context-keys', () => {
  const tags = (...keys: string[]) => ({ 'aws:TagKeys': keys });
  const attributes = (...names: string[]) => ({ 'dynamodb:Attributes': names });
  test.each<[string, string | string[], Context, boolean]>([
    ['ForAllValues:StringEquals', ['ID', 'Message', 'Tags'], attributes('ID', 'Message', 'Tags'), true],
    ['ForAllValues:StringEquals', ['ID', 'Message', 'Tags'], attributes('ID', 'UserName'), false],
    ['ForAllValues:StringEquals', ['PostDateTime', 'Message', 'Tags'], attributes('PostDateTime', 'UserName'), false],
    ['ForAllValues:StringEquals', ['ID'], {}, true],
    ['ForAllValues:StringEquals', ['ID'], attributes(), true],
    ['ForAnyValue:StringEquals', ['ID', 'PostDateTime'], attributes('UserName', 'Message', 'PostDateTime'), true],
    ['ForAnyValue:StringEquals', ['ID', 'PostDateTime'], attributes('UserName'), false],
    ['ForAnyValue:StringEquals', ['ID'], {}, false],
    ['ForAnyValue:StringEquals', ['ID'], attributes(), false],
    ['ForAllValues:StringNotLike', 'key1*', tags('key1:legal'), false],
    ['ForAllValues:StringNotLike', 'key1*', tags('key1:hr', 'key1:personnel'), false],
    ['ForAllValues:StringNotLike', 'key1*', tags('key2:audit'), true],
    ['ForAllValues:StringNotLike', 'key1*', {}, true],
    ['ForAnyValue:StringNotLike', 'key1*', tags('key1:legal'), false],
    ['ForAnyValue:StringNotLike', 'key1*', tags('key1:legal', 'key2:audit'), true],
    ['ForAnyValue:StringNotLike', 'key1*', {}, false],
    ['ForAnyValue:ArnLike', 'arn:aws:s3:::a*', { 'x:Arns': ['arn:aws:s3:::b', 'arn:aws:s3:::ab'] }, true],
    ['ForAllValues:StringEqualsIfExists', ['ID'], {}, true],
    ['ForAnyValue:StringEqualsIfExists', ['ID'], {}, true],
    // A single value is a set of one.
    ['ForAnyValue:StringEquals', ['a'], { 'aws:TagKeys': 'a' }, true],
    // "Multivalued context keys require a condition set operator."
    ['StringEquals', ['a'], tags('a'), false],
    ['StringNotEquals', ['b'], tags('a'), false],
  ])('%s of %j in %j: %s', (operator, values, context, expected) => {
    const [key = operator.includes('NotLike') ? 'aws:TagKeys' : 'dynamodb:Attributes'] = Object.keys(context);
    expect(holds({ [operator]: { [key]: values } }, context)).toBe(expected);
  });

  test('an empty set is null', () => {
    expect(holds({ Null: { 'aws:TagKeys': 'true' } }, tags())).toBe(true);
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html: the policy AWSRevokeOlderSessions
test('sessions that were issued before a revocation are denied', () => {
  const identity = [policy({}), policy({ Effect: 'Deny', Condition: { DateLessThan: { 'aws:TokenIssueTime': '2014-05-07T23:47:00Z' } } })];
  const ask = (context: Context) => outcome({ identity, action: 's3:GetObject', on: 'arn:aws:s3:::b/k', context });
  expect(ask({ 'aws:TokenIssueTime': '2014-05-07T23:46:59Z' })).toBe('explicit: identity-based policy');
  expect([ask({ 'aws:TokenIssueTime': '2014-05-07T23:47:00Z' }), ask({})]).toEqual(['allowed', 'allowed']);
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws-dates.html
test('a policy for a time applies within it', () => {
  const Condition = {
    DateGreaterThan: { 'aws:CurrentTime': '2020-04-01T00:00:00Z' },
    DateLessThan: { 'aws:CurrentTime': '2020-06-30T23:59:59Z' },
  };
  const at = (time: string) => holds(Condition, { 'aws:CurrentTime': time });
  expect([at('2020-03-31T23:59:59Z'), at('2020-05-01T00:00:00Z'), at('2020-07-01T00:00:00Z')]).toEqual([false, true, false]);
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-calledvia
test('a key that is used through DynamoDB, and through a chain of services', () => {
  const via = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['dynamodb.amazonaws.com'] } };
  expect(holds(via, { 'aws:CalledVia': ['cloudformation.amazonaws.com', 'dynamodb.amazonaws.com'] })).toBe(true);
  expect([holds(via, { 'aws:CalledVia': ['athena.amazonaws.com'] }), holds(via, {})]).toEqual([false, false]);
});
