import { spelled, spelledProp } from '../../src/core/private/base/spelling';

const agents = {
  TypeScript: '',
  Java: 'Java/17.0.9',
  Python: 'Python/3.12.1',
  Go: 'go1.25.1/linux/amd64',
  '.NET': 'DotNet/10.0/.NETCoreApp/1.0',
};

test.each([
  ['TypeScript', 'timeToLive', 'timeToLive'],
  ['Java', 'timeToLive', 'timeToLive'],
  ['Python', 'timeToLive', 'time_to_live'],
  ['Go', 'timeToLive', 'TimeToLive'],
  ['.NET', 'timeToLive', 'TimeToLive'],
  ['Python', 'schema.required', 'schema.required'],
  ['Go', 'schema.required', 'Schema.Required'],
  ['Python', 'sessionOpeners[0]', 'session_openers[0]'],
  ['Go', 'tiers', 'Tiers'],
  ['Python', 's3Prefix', 's3_prefix'],
  ['Python', "route 'GET /x'", "route 'GET /x'"],
] as const)('in %s the prop %s is %s', (language, property, spelling) => {
  expect(spelledProp(property, agents[language])).toBe(spelling);
});

test.each([
  ['TypeScript', 'a name of keys.partitionKey', 'a name of keys.partitionKey'],
  ['Python', 'a name of keys.partitionKey', 'a name of keys.partition_key'],
  ['Go', 'what Role.fromRoleName makes', 'what Role.FromRoleName makes'],
  ['Python', '{idempotencyKey} or {body.studentId}', '{idempotencyKey} or {body.studentId}'],
  ['Python', "allowed 'sqs:sendMessage' by the tenant's \"myName\"", "allowed 'sqs:sendMessage' by the tenant's \"myName\""],
  ['Python', 'arn:aws:iam::role/myRole for aws:principalTag', 'arn:aws:iam::role/myRole for aws:principalTag'],
  ['Python', 'a TenantTable, Duration.days(3)', 'a TenantTable, Duration.days(3)'],
] as const)('in %s, of the text %s', (language, text, spelling) => {
  expect(spelled(text, agents[language])).toBe(spelling);
});
