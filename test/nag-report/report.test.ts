import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Line } from '../../integ/reports/nag/evaluate';
import { type AppReport, writeFiles } from '../../integ/reports/nag/files';
import { page } from '../../integ/reports/nag/page';

const folder = mkdtempSync(join(tmpdir(), 'nag-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const line = (more: Partial<Line>): Line => ({
  pack: 'AwsSolutions',
  id: 'AwsSolutions-SQS4',
  resource: 'Test/Queue/Resource',
  type: 'AWS::SQS::Queue',
  construct: 'BufferedIngestPath',
  status: 'compliant',
  reason: '',
  level: 'Error',
  info: 'The queue does not require SSL.',
  ...more,
});
const hostile = 'A "reason", with | a bar,\na line and ü';
const reports: AppReport[] = [
  {
    app: 'one, minimal',
    resources: 2,
    lines: [
      line({}),
      line({ id: 'AwsSolutions-SQS3', status: 'acknowledged', reason: hostile }),
      line({ pack: 'Serverless', id: 'Serverless-SQS3', status: 'acknowledged', reason: hostile }),
      line({ pack: 'Serverless', id: 'Serverless-SQS9', status: 'open', resource: 'Test/Other/Resource' }),
    ],
  },
  { app: 'two', resources: 1, lines: [line({}), line({ pack: 'Serverless', id: 'Serverless-SQS4' })] },
];

describe('files', () => {
  writeFiles(folder, reports);

  test('each app has a CSV and a JSON file for each pack', () => {
    const packs = ['AwsSolutions.csv', 'AwsSolutions.json', 'Serverless.csv', 'Serverless.json'];
    expect(readdirSync(folder).sort()).toEqual(['one.minimal', 'two']);
    for (const app of ['one.minimal', 'two']) expect(readdirSync(join(folder, app)).sort()).toEqual(packs);
  });

  test('both have the same content, whatever text a reason contains', () => {
    const { lines } = JSON.parse(readFileSync(join(folder, 'one.minimal', 'AwsSolutions.json'), 'utf8')) as {
      lines: Record<string, string>[];
    };
    expect(lines.map(({ ruleId, compliance, exceptionReason }) => [ruleId, compliance, exceptionReason])).toEqual([
      ['AwsSolutions-SQS4', 'compliant', ''],
      ['AwsSolutions-SQS3', 'acknowledged', hostile],
    ]);
    const text = readFileSync(join(folder, 'one.minimal', 'AwsSolutions.csv'), 'utf8');
    const records = [...text.matchAll(/"((?:[^"]|"")*)"(,|\r\n)/g)].map(([, cell, end]) => [cell.replaceAll('""', '"'), end]);
    const cells = records.map(([cell]) => cell);
    expect(cells.slice(0, 8)).toEqual([
      'Rule ID',
      'Resource ID',
      'Resource Type',
      'Construct',
      'Compliance',
      'Exception Reason',
      'Rule Level',
      'Rule Info',
    ]);
    expect(cells.slice(8)).toEqual(lines.flatMap((each) => Object.values(each)));
    expect(records.filter(([, end]) => end === '\r\n')).toHaveLength(3);
  });
});

describe('the page', () => {
  const text = page(reports, { versions: ['cdk-nag 3'] });
  const rows = (heading: string) =>
    text
      .split(heading)[1]
      .split('\n## ')[0]
      .split('\n')
      .filter((each) => each.startsWith('| '));

  test('begins with counts for each app and pack', () => {
    expect(text).toContain('2 apps, 2 packs: **1 open**, 2 acknowledged, 3 compliant.');
    expect(rows('# Rule packs').slice(2)).toEqual([
      '| [one, minimal](#one-minimal) | 2 | 0 / 1 / 1 | **1** / 1 / 0 | **1** / 2 / 1 |',
      '| [two](#two) | 1 | 0 / 0 / 1 | 0 / 0 / 1 | 0 / 0 / 2 |',
    ]);
  });

  test('then lists open findings', () => {
    expect(rows('## Open findings').slice(2)).toEqual([
      '| one, minimal | `Test/Other/Resource` | AWS::SQS::Queue | BufferedIngestPath | `Serverless-SQS9` | The queue does not require SSL. |',
    ]);
  });

  test('then lists acknowledged findings with reasons, once for all packs that have the rule', () => {
    expect(rows('## Acknowledged findings')[2]).toBe(
      '| BufferedIngestPath | `Test/Queue/Resource` | AWS::SQS::Queue | `SQS3` | AwsSolutions, Serverless | A "reason", with \\| a bar, a line and ü |',
    );
  });

  test('then lists compliant resources', () => {
    expect(rows('## Compliant resources').filter((each) => each.includes('SQS4'))).toEqual([
      '| BufferedIngestPath | `Test/Queue/Resource` | AWS::SQS::Queue | SQS4 (AwsSolutions) |',
      '| BufferedIngestPath | `Test/Queue/Resource` | AWS::SQS::Queue | SQS4 (AwsSolutions, Serverless) |',
    ]);
  });

  test('says that no finding is open', () => {
    const closed = page([reports[1]], { versions: [] });
    expect(closed).toContain('## Open findings\n\nNone.');
  });
});
