import { type AttributeValue, DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { ownItemsPages, renderKey, renderKeyPrefix, TenantClients, TenantSessions } from 'cdk-andamio/tenant-sessions';

/** The part of the API Gateway event that is read here. */
export interface ApiRequest {
  readonly httpMethod: string;
  readonly pathParameters: { readonly student?: string; readonly course?: string };
  readonly body: string | null;
  /** Set by API Gateway and the authorizer: a caller cannot change it. */
  readonly requestContext: { readonly extendedRequestId: string; readonly authorizer: { readonly tenantId: string } };
}

export interface ApiAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Rendered by the library, which escapes the caller's values, so that no value can contain a separator. */
const SORT_KEY = 'STUDENT#{body.student}#COURSE#{body.course}';

const TABLE = process.env.TABLE_NAME ?? '';
const sts = new STSClient();
const { requestHandler } = new DynamoDBClient().config;

// The session of the school limits what this client can access, whatever the code below asks for.
const sessions = new TenantSessions({
  roleArn: process.env.TENANT_ROLE_ARN ?? '',
  tagKey: 'school',
  assumeRole: async (input) => (await sts.send(new AssumeRoleCommand(input))).Credentials,
});
const clients = new TenantClients(sessions, (credentials) => new DynamoDBClient({ credentials, requestHandler }));

export async function handler(request: ApiRequest): Promise<ApiAnswer> {
  const { extendedRequestId: correlationId, authorizer } = request.requestContext;
  const school = authorizer.tenantId;
  try {
    const dynamodb = await clients.clientFor(school);
    if (request.httpMethod === 'PUT') return await record(dynamodb, school, request);
    return request.pathParameters.student === undefined
      ? await listCourse(dynamodb, school, request)
      : await list(dynamodb, school, request);
  } catch (error) {
    const { name, message } = error as Error;
    // An object, because the log format is JSON: the runtime adds level, time and request id.
    console.error({ correlationId, school, error: name, message });
    return answer(500, { message: 'Internal server error', correlationId });
  }
}

/** A student's evaluations: one query on the table. */
async function list(dynamodb: DynamoDBClient, school: string, { pathParameters }: ApiRequest): Promise<ApiAnswer> {
  const { student = '' } = pathParameters;
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: TABLE,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': { S: partition(school) }, ':sk': { S: renderKeyPrefix(SORT_KEY, { body: { student } }) } },
    }),
  );
  return answer(200, { evaluations: Items.map(evaluation) });
}

/** A course's evaluations: one query on the index. */
async function listCourse(dynamodb: DynamoDBClient, school: string, { pathParameters }: ApiRequest): Promise<ApiAnswer> {
  const { course = '' } = pathParameters;
  const evaluations: object[] = [];
  const pages = ownItemsPages(
    school,
    {
      TableName: TABLE,
      IndexName: 'by-course',
      KeyConditionExpression: 'pk = :pk AND course = :course',
      ExpressionAttributeValues: { ':pk': { S: partition(school) }, ':course': { S: course } },
    },
    { query: (input) => dynamodb.send(new QueryCommand(input)) },
  );
  for await (const { Items = [] } of pages) evaluations.push(...Items.map(evaluation));
  return answer(200, { evaluations });
}

/** Creates or updates the evaluation of a course. */
async function record(dynamodb: DynamoDBClient, school: string, request: ApiRequest): Promise<ApiAnswer> {
  const { student = '', course = '' } = request.pathParameters;
  const grade = gradeIn(request.body);
  if (grade === undefined || student === '' || course === '') {
    return answer(400, {
      message: 'The body must be {"grade": <a number from 0 to 10>}',
      correlationId: request.requestContext.extendedRequestId,
    });
  }
  await dynamodb.send(
    new PutItemCommand({
      TableName: TABLE,
      Item: {
        pk: { S: partition(school) },
        sk: { S: sortKey(student, course) },
        student: { S: student },
        course: { S: course },
        grade: { N: String(grade) },
      },
    }),
  );
  return answer(200, { course, grade });
}

/** One partition for all evaluations of a school. The index has the same partition key, so it can't contain another school's items. */
function partition(school: string): string {
  return renderKey('{tenant}#EVALUATION', { tenant: school });
}

function sortKey(student: string, course: string): string {
  return renderKey(SORT_KEY, { body: { student, course } });
}

function evaluation({ student, course, grade }: Record<string, AttributeValue>): object {
  return { student: student?.S, course: course?.S, grade: Number(grade?.N) };
}

function gradeIn(body: string | null): number | undefined {
  try {
    const { grade } = JSON.parse(body ?? '') as { grade?: unknown };
    return typeof grade === 'number' && grade >= 0 && grade <= 10 ? grade : undefined;
  } catch {
    return undefined;
  }
}

function answer(statusCode: number, body: object): ApiAnswer {
  return { statusCode, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}
