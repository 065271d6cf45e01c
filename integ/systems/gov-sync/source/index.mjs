import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const dynamodb = new DynamoDBClient({});
const s3 = new S3Client({});
const AT_ONCE = 20;
const PARTITION = /^(.+)#EVALUATION$/;

const ANSWERS = {
  LATE: { state: 'WAIT', reason: 'the grades of the last day are missing', seconds: 60 },
  WRONG: { state: 'UNFINISHED' },
};
const answers = JSON.parse(process.env.ANSWERS);
/** How often each period was asked for. */
const asked = new Map();

/** Writes the report of each school: its current grades. Before that, it gives the answers that were chosen. */
export async function handler({ period, destination: { bucket, prefix } }) {
  const times = asked.get(period.name) ?? 0;
  asked.set(period.name, times + 1);
  if (times < answers.length) return ANSWERS[answers[times]];
  const schools = new Map();
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: process.env.TABLE_NAME })) {
    for (const { pk, sk, student, course, grade } of Items) {
      const school = PARTITION.exec(pk.S)?.[1];
      if (school === undefined || !sk.S.includes('#COURSE#')) continue;
      const rows = schools.get(school) ?? [];
      rows.push({ student: student.S, course: course.S, grade: Number(grade.N) });
      schools.set(school, rows);
    }
  }
  const reports = [...schools].sort(([one], [other]) => (one < other ? -1 : 1));
  for (let from = 0; from < reports.length; from += AT_ONCE)
    await Promise.all(
      reports.slice(from, from + AT_ONCE).map(([school, rows]) =>
        s3.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: `${prefix}${encodeURIComponent(school)}.json`,
            Body: JSON.stringify({ reference: `${period.name}-${school}`, school, period: period.name, rows }),
            ContentType: 'application/json',
          }),
        ),
      ),
    );
  return { state: 'DONE', reports: reports.length };
}
