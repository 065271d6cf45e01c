import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { createClock } from './process/clock';
import { services } from './services';
import { startServices } from './start-services';
import { callerWith } from './streams/service-caller';
import { type AthenaCall, askAthena } from './testing/athena';
import { assemblyOf, provision, startedEngines, temporaryFolder } from './testing/engines';
import { lakeStack } from './testing/lake';

const folder = temporaryFolder();
const { engines } = startedEngines(folder);

test('an item that is written becomes a row that a query returns', async () => {
  const assembly = assemblyOf(folder, (stack) => lakeStack(stack, { table: true }));
  // The interval of a minute passes in a second.
  const clock = createClock(60);
  await provision(assembly, engines(), clock);
  const problems: string[] = [];
  const { endpoint, ready, close, use } = await startServices(services, {
    assembly,
    engines: engines(),
    clock,
    report: (line) => problems.push(line),
  });
  try {
    await ready();
    const { expiration: _, ...credentials } = endpoint.administrator();
    const tables = new DynamoDBClient({ endpoint: endpoint.url, region: 'us-east-1', credentials });
    const grade = (tenant: string, student: string, score: number) =>
      tables.send(
        new UpdateItemCommand({
          ...{ TableName: 'grades', Key: { pk: { S: `${tenant}#${student}` } } },
          UpdateExpression: 'SET tenant = :t, student = :u, course = :c, score = :s',
          ExpressionAttributeValues: {
            ':t': { S: tenant },
            ':u': { S: student },
            ':c': { S: 'mathematics "A" – é' },
            ':s': { N: String(score) },
          },
        }),
      );
    await grade('s1', 'ann', 5);
    await grade('s1', 'ben', 7);
    await grade('s1', 'ann', 9);
    await grade('s2', 'eve', 1);
    tables.destroy();

    const analyst = callerWith(endpoint, 'us-east-1', () =>
      endpoint.assumeAsService('arn:aws:iam::123456789012:role/Analyst', 'lambda.amazonaws.com', 'analyst'),
    );
    const athena: AthenaCall = (operation, input) => analyst.json('athena', 'AmazonAthena', operation, input);
    const ask = async (QueryString: string) => {
      const { id, rows } = await askAthena(athena, {
        QueryString,
        WorkGroup: 'analysts',
        QueryExecutionContext: { Database: 'school' },
      });
      return { rows, input: use('queries').input(id) };
    };
    const all = `SELECT event_name, student_id, course, score FROM grades WHERE tenant = 's1' ORDER BY sequence`;
    let answer = await ask(all);
    for (const end = Date.now() + 20_000; answer.rows.length < 4 && Date.now() < end; ) answer = await ask(all);
    expect(answer.rows).toEqual([
      ['event_name', 'student_id', 'course', 'score'],
      ['INSERT', 'ann', 'mathematics "A" – é', '5'],
      ['INSERT', 'ben', 'mathematics "A" – é', '7'],
      ['MODIFY', 'ann', 'mathematics "A" – é', '9'],
    ]);
    expect(answer.input).toMatchObject({ files: 1, partitions: 48 });

    const month = new Date(clock.now()).getUTCMonth() + 1;
    const inMonth = await ask(`SELECT count(*) FROM grades WHERE tenant = 's1' AND year = 2026 AND month = ${month}`);
    expect(inMonth).toMatchObject({ rows: [['_col0'], ['3']], input: { files: 1, partitions: 1 } });

    // The newest state of an item can be of any month, so that only the tenant narrows what the view reads.
    const current = await ask(`SELECT student_id, score FROM grades_current WHERE tenant = 's1' AND year = 2026 ORDER BY 1`);
    expect(current).toMatchObject({
      rows: [
        ['student_id', 'score'],
        ['ann', '9'],
        ['ben', '7'],
      ],
      input: { files: 1, partitions: 48 },
    });

    await expect(ask('SELECT count(*) FROM grades')).rejects.toThrow(
      'CONSTRAINT_VIOLATION: For the injected projected partition column tenant, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.',
    );
    await expect(ask(`SELECT count(*) FROM grades WHERE tenant = 's2'`)).rejects.toThrow(
      /PERMISSION_DENIED: Permission denied on S3 path: .*s3:ListBucket/,
    );
    expect(problems).toEqual([]);
  } finally {
    await close();
  }
});
