import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { proof } from '../../kit/proof';
import { REPOSITORY } from '../../kit/repository';
import { sdkSettings } from '../../kit/sdk-settings';
import { synthesize } from '../../kit/synthesize';
import { type Sandbox, startSandbox } from '../../sandbox';
import { fill } from './fill';
import { MANY, manySchools } from './many-schools';
import { measurement } from './measure';
import { bufferTable, PAGE, pageWith, readPage, requestTable } from './page';
import { MONTH, QUERIES, type QueryRow, rowOf } from './queries';
import { MONTHS, SCHOOLS } from './records';

const WORKGROUPS = { perTenant: 'per-tenant', perMonth: 'per-month' } as const;
const NO_TENANT = /^CONSTRAINT_VIOLATION: For the injected projected partition column school/;

/** `npx projen prove pruning [--write]`: what a query of one school reads of a lake with many. */
export default proof(
  'pruning',
  { shows: "A query of one school reads that school's files and no others, and needs to name a school", minutes: 15, usage: '[--write]' },
  async ({ progress, use, args }) => {
    const assembly = await synthesize('integ/proofs/pruning/app.ts', { fromSources: true, report: progress.step });
    const sandbox = use(await startSandbox(assembly, { strict: true, report: progress.step }));
    const rows = await fill(sandbox, ['PerTenantDelivery', 'PerMonthDelivery'], progress);
    const stored = await filesOf(sandbox);

    const simulated = manySchools();
    const { measure, rejection } = measurement(sandbox);
    const found: QueryRow[] = [];
    for (const query of QUERIES) {
      progress.step(`${query.layout}: ${query.title}`);
      found.push(rowOf(query, await measure(WORKGROUPS[query.layout], query), simulated[simulated.length - 1]));
    }
    const month = `year = ${MONTH.year} AND month = ${MONTH.month}`;
    const withoutTenant = await rejection(WORKGROUPS.perTenant, month);
    const likeTenant = await rejection(WORKGROUPS.perTenant, `school LIKE 'school-0%' AND ${month}`);

    const of = (key: QueryRow['query']['key']) => {
      const row = found.find(({ query }) => query.key === key);
      if (row === undefined) throw new Error(`There is no query ${key}`);
      return row.measured;
    };
    const page = readPage();
    const written = pageWith(page, { buffers: bufferTable(simulated), requests: requestTable(found) });
    if (args.includes('--write')) writeFileSync(join(REPOSITORY, PAGE), written);
    const folders = SCHOOLS.length * MONTHS.length;
    const longest = simulated[simulated.length - 1];
    return {
      figures: {
        ...{ schools: SCHOOLS.length, months: MONTHS.length, rows },
        files: { full: of('full').files, oneMonth: of('oneMonth').files, oneSchool: of('oneSchool').files },
        bytes: { full: of('full').bytes, oneMonth: of('oneMonth').bytes, perMonthLayout: of('oneMonthOfAll').bytes },
        lists: { full: of('full').lists, oneMonth: of('oneMonth').lists, oneSchool: of('oneSchool').lists },
        ...{ share: `1/${of('full').files / of('oneMonth').files}`, withoutTenant: withoutTenant === undefined ? 'runs' : 'rejected' },
        [`simulated${MANY}`]: Object.fromEntries(
          simulated.map(({ minutes, activeAtMost, filesPerMonth, filesPerMonthOfAll }) => [
            `${minutes}min`,
            { active: activeAtMost, filesPerMonth, perMonthLayout: filesPerMonthOfAll },
          ]),
        ),
      },
      promises: {
        'each query answers with exactly the rows that were sent': found.every(({ measured }) => measured.isRight),
        'the full scan reads each file of the lake': of('full').files === stored.perTenant && of('fullOfAll').files === stored.perMonth,
        [`one school and one month are 1/${folders} of the files`]: of('oneMonth').files * folders === of('full').files,
        'and at most 1/100 of the bytes, although schools differ in size': of('oneMonth').bytes * 100 <= of('full').bytes,
        'a query without a tenant is rejected': NO_TENANT.test(withoutTenant ?? ''),
        'and so is one with a pattern for tenants': NO_TENANT.test(likeTenant ?? ''),
        'requests are as computed, so that they can be computed for more schools': found.every(
          ({ measured: { partitions, lists, files }, expected }) =>
            JSON.stringify({ partitions, lists, files }) === JSON.stringify(expected),
        ),
        [`${MANY} schools are more active partitions than the default quota`]: longest.activeAtMost > 500,
        [`the tables in ${PAGE} are those of this run (--write writes them)`]: args.includes('--write') || page === written,
      },
    };
  },
);

/** The files in the folder with data of each lake, as the administrator lists them. */
async function filesOf(sandbox: Sandbox): Promise<Record<keyof typeof WORKGROUPS, number>> {
  const { assembly } = sandbox;
  const client = new S3Client({ ...sdkSettings(sandbox), forcePathStyle: true });
  const count = async (id: string): Promise<number> => {
    const bucket = assembly.ofType('AWS::S3::Bucket').find(({ logicalId }) => logicalId.startsWith(id));
    let files = 0;
    for await (const { KeyCount = 0 } of paginateListObjectsV2(
      { client },
      { Bucket: bucket === undefined ? '' : assembly.ref(bucket), Prefix: 'data/' },
    ))
      files += KeyCount;
    return files;
  };
  try {
    return { perTenant: await count('PerTenantBucket'), perMonth: await count('PerMonthBucket') };
  } finally {
    client.destroy();
  }
}
