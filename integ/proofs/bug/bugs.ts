/** A bug in the grades service, as changes to its sources. */
export interface Bug {
  readonly name: string;
  readonly changes: readonly (readonly [find: string, replace: string])[];
  /** Whether the victim sends a request first, so that a cache is filled. */
  readonly victimFirst?: true;
}

/** The school whose data the bugs try to reach. The caller belongs to another school. */
export const VICTIM = 'school-02';

/** The sources that a change may be in. */
const BUGGY = ['tenant-data.ts', 'evaluations.ts'];

const LIST = 'const { Items = [], LastEvaluatedKey: last } = await dynamodb.send(';
const OWN_KEY = "{ S: partition(school) }, ':sk'";
const VICTIMS_KEY = `{ pk: { S: partition('${VICTIM}') }, sk: { S: sortKey(student, 'Maths') } }`;
const OWN_ITEM = "{ pk: { S: partition(school) }, sk: { S: sortKey(student, 'Maths') } }";
const CLIENT = 'await clients.clientFor(school)';
const SDK = "import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';";

/** Adds a command before the list is read, and returns its result if it has one. */
function instead(command: string, input: string, items: string): Bug['changes'] {
  return [
    [SDK, SDK.replace('QueryCommand', `QueryCommand, ${command}`)],
    [
      LIST,
      `const other: any = await dynamodb.send(new ${command}(${input}));\n  if (${items}?.length) return { items: ${items} };\n  ${LIST}`,
    ],
  ];
}

/** Typical bugs: wrong key, no key, wrong session, wrong operation. */
export const bugs: readonly Bug[] = [
  { name: 'another-schools-key', changes: [[OWN_KEY, OWN_KEY.replace('school', `'${VICTIM}'`)]] },
  { name: 'no-key-condition', changes: [["      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',\n", '']] },
  {
    name: 'a-filter-for-a-key',
    changes: [
      ["KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)'", "FilterExpression: 'pk = :pk AND begins_with(sk, :sk)'"],
      [OWN_KEY, OWN_KEY.replace('school', `'${VICTIM}'`)],
    ],
  },
  { name: 'a-scan', changes: instead('ScanCommand', '{ TableName: table }', 'other.Items') },
  {
    name: 'a-scan-of-an-index',
    changes: instead('ScanCommand', "{ TableName: table, IndexName: 'by-course' }", 'other.Items'),
  },
  {
    name: 'an-index-of-another-school',
    changes: instead(
      'QueryCommand as Ask',
      `{ TableName: table, IndexName: 'by-course', KeyConditionExpression: 'pk = :pk AND course = :c', ExpressionAttributeValues: { ':pk': { S: partition('${VICTIM}') }, ':c': { S: 'Maths' } } }`,
      'other.Items',
    ).map(([find, replace]) => [find, replace.replace('new QueryCommand as Ask', 'new Ask')] as const),
  },
  {
    name: 'another-schools-course',
    changes: [
      [LIST, `if (student) return evaluationsOfCourse({ school: '${VICTIM}', table, dynamodb }, 'Maths', { limit, after });\n  ${LIST}`],
    ],
  },
  {
    name: 'another-schools-item',
    changes: instead('GetItemCommand', `{ TableName: table, Key: ${VICTIMS_KEY} }`, '[other.Item].filter(Boolean)'),
  },
  {
    name: 'a-batch-of-two-schools',
    changes: instead(
      'BatchGetItemCommand',
      `{ RequestItems: { [table]: { Keys: [${OWN_ITEM}, ${VICTIMS_KEY}] } } }`,
      'other.Responses?.[table]',
    ),
  },
  {
    name: 'a-statement',
    changes: instead(
      'ExecuteStatementCommand',
      `{ Statement: \`SELECT * FROM "\${table}" WHERE pk = ?\`, Parameters: [{ S: partition('${VICTIM}') }] }`,
      'other.Items',
    ),
  },
  {
    name: 'a-write-into-another-partition',
    changes: instead('PutItemCommand as Put', `{ TableName: table, Item: { ...${VICTIMS_KEY}, grade: { N: '0' } } }`, '[]').map(
      ([find, replace]) => [find, replace.replace('new PutItemCommand as Put', 'new Put')] as const,
    ),
  },
  { name: 'a-deletion-in-another-partition', changes: instead('DeleteItemCommand', `{ TableName: table, Key: ${VICTIMS_KEY} }`, '[]') },
  {
    name: 'an-update-in-another-partition',
    changes: instead(
      'UpdateItemCommand',
      `{ TableName: table, Key: ${VICTIMS_KEY}, UpdateExpression: 'SET grade = :g', ExpressionAttributeValues: { ':g': { N: '0' } }, ReturnValues: 'ALL_OLD' }`,
      '[other.Attributes].filter(Boolean)',
    ),
  },
  {
    name: 'a-transaction-of-two-schools',
    changes: instead(
      'TransactWriteItemsCommand',
      `{ TransactItems: [{ Put: { TableName: table, Item: ${OWN_ITEM} } }, { Delete: { TableName: table, Key: ${VICTIMS_KEY} } }] }`,
      '[]',
    ),
  },
  {
    name: 'the-session-of-whoever-came-first',
    victimFirst: true,
    changes: [
      ['const CLIENTS =', 'let first: string | undefined;\nconst CLIENTS ='],
      [CLIENT, 'await clients.clientFor((first ??= school))'],
    ],
  },
  { name: 'no-session', changes: [[CLIENT, 'new DynamoDBClient()']] },
  { name: 'a-session-for-all-schools', changes: [[CLIENT, "await clients.clientFor('*')"]] },
  { name: 'a-session-for-no-school', changes: [[CLIENT, "await clients.clientFor('')"]] },
  {
    name: 'a-session-opened-by-hand-for-all',
    changes: [
      [
        CLIENT,
        "new DynamoDBClient({ credentials: async () => { const opened: any = (await sts.send(new AssumeRoleCommand({ RoleArn: process.env.TENANT_ROLE_ARN ?? '', RoleSessionName: 'all', Tags: [{ Key: 'school', Value: 'school-0*' }] }))).Credentials; return { accessKeyId: opened.AccessKeyId, secretAccessKey: opened.SecretAccessKey, sessionToken: opened.SessionToken }; } })",
      ],
      [OWN_KEY, OWN_KEY.replace('school', `'${VICTIM}'`)],
    ],
  },
];

/** The prefix of the student names of forged items. */
export const FORGED = 'forged-by-';

/** Grades of the caller's school that claim to belong to the victim's course. IAM allows them, because the key is the caller's. */
export const forgeries: readonly Bug[] = [
  forgery('put', 'PutItemCommand as Put', (key, attributes) => `{ TableName: table, Item: { ...${key}, ${attributes} } }`),
  forgery('update', 'UpdateItemCommand', (key) => `{ TableName: table, ${updateOf(key, 'update')} }`),
  forgery(
    'batch',
    'BatchWriteItemCommand',
    (key, attributes) => `{ RequestItems: { [table]: [{ PutRequest: { Item: { ...${key}, ${attributes} } } }] } }`,
  ),
  forgery(
    'transaction',
    'TransactWriteItemsCommand',
    (key) =>
      `{ TransactItems: [{ Delete: { TableName: table, Key: ${OWN_ITEM} } }, { Update: { TableName: table, ${updateOf(key, 'transaction')} } }] }`,
  ),
];

function forgery(name: string, command: string, input: (key: string, attributes: string) => string): Bug {
  const [imported, local = imported] = command.split(' as ');
  const key = `{ pk: { S: partition(school) }, sk: { S: sortKey('${FORGED}${name}', 'Maths') } }`;
  const attributes = Object.entries(forged(name)).map(([attribute, value]) => `${attribute}: ${value}`);
  const [[, sdk], [find, replace]] = instead(command, input(key, attributes.join(', ')), '[]');
  return {
    name: `${FORGED}${name}`,
    changes: [
      [SDK, sdk],
      [find, replace.replace(`new ${command}`, `new ${local}`)],
    ],
  };
}

/** The attributes of a grade, and an attribute with the victim's key, in case an index used it. */
function forged(name: string): Readonly<Record<string, string>> {
  return {
    student: `{ S: '${FORGED}${name}' }`,
    course: "{ S: 'Maths' }",
    coursePk: `{ S: '${VICTIM}#COURSE#Maths' }`,
    grade: "{ N: '0' }",
  };
}

function updateOf(key: string, name: string): string {
  const attributes = Object.entries(forged(name));
  const set = attributes.map(([attribute]) => `${attribute} = :${attribute}`).join(', ');
  const values = attributes.map(([attribute, value]) => `':${attribute}': ${value}`).join(', ');
  return `Key: ${key}, UpdateExpression: 'SET ${set}', ExpressionAttributeValues: { ${values} }`;
}

/** The sources by name, with the bug in them. @throws if the sources have changed, so that the bug no longer applies */
export function withBug(sources: ReadonlyMap<string, string>, { name, changes }: Bug): Map<string, string> {
  const patched = new Map(sources);
  for (const [find, replace] of changes) {
    const places = [...patched].filter(([file, text]) => BUGGY.includes(file) && text.includes(find));
    const [[file, text] = ['', '']] = places;
    if (places.length !== 1 || text.split(find).length !== 2)
      throw new Error(`the bug ${name} needs exactly one place with ${JSON.stringify(find)}`);
    patched.set(
      file,
      text.replace(find, () => replace),
    );
  }
  return patched;
}
