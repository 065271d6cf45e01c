import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { globSync } from 'glob';
import type { IObservable, RecommendedAlarm } from '../../src';
import { AlarmSeverity } from '../../src';
import { anchorsIn } from '../docs/markdown';
import { testStack } from '../synth';

// What must hold for each alarm that a construct recommends. A construct is found by its folder of tests: its app with every option.

const REPOSITORY = join(__dirname, '..', '..');
const PAGES = 'https://github.com/cdk-andamio/cdk-andamio/blob/main/';

const apps = globSync('test/*/apps.ts', { cwd: REPOSITORY }).sort();
const found = new Map<string, RecommendedAlarm[]>();
for (const app of apps) {
  const { minimal, maximal } = require(join(REPOSITORY, app)) as Record<string, (stack: Stack) => void>;
  for (const make of [minimal, maximal]) {
    const stack = testStack();
    make(stack);
    for (const construct of stack.node.findAll()) {
      for (const alarm of (construct as unknown as Partial<IObservable>).recommendedAlarms ?? []) {
        const folder = folderOf(alarm);
        found.set(folder, [...(found.get(folder) ?? []).filter(({ name }) => name !== alarm.name), alarm]);
      }
    }
  }
}
const all = [...found].flatMap(([folder, alarms]) => alarms.map((alarm): [string, RecommendedAlarm] => [`${folder} ${alarm.name}`, alarm]));

/** The folder of the construct, which the link of the alarm names. */
function folderOf({ name, runbook = '' }: RecommendedAlarm): string {
  const [, folder] = /\/src\/([a-z-]+)\/README\.md#/.exec(runbook) ?? [];
  if (folder === undefined) throw new Error(`${name} has no link: ${runbook}`);
  return folder;
}

test('each construct with alarms is checked', () => {
  const folders = globSync('src/*/*-alarms.ts', { cwd: REPOSITORY }).map((file) => basename(dirname(file)));
  expect([...found.keys()].sort()).toEqual([...new Set(folders)].sort());
});

test.each(all)('%s: its link leads to what to do about it', (_, { name, runbook = '' }) => {
  const [page, anchor] = runbook.slice(PAGES.length).split('#');
  expect(existsSync(join(REPOSITORY, page))).toBe(true);
  const text = readFileSync(join(REPOSITORY, page), 'utf8');
  expect(anchorsIn(text)).toContain(anchor);
  const operate = text.slice(text.indexOf('\n## Operate it\n'), text.indexOf('\n## How it works and why\n'));
  const part = operate.slice(operate.indexOf('\n### Alarms\n')).split('\n### ')[1] ?? '';
  expect(part).toMatch(/^\| alarm +\| goes off when +\| do this +\|$/m);
  const [, , when, todo] = (part.split('\n').find((line) => line.startsWith(`| \`${name}\` `)) ?? '').split('|').map((cell) => cell.trim());
  expect({ when, todo }).toEqual({ when: expect.stringMatching(/\w/), todo: expect.stringMatching(/\w/) });
});

test.each(all)('%s: its description has the link, within what CloudWatch accepts', (_, { reason, runbook }) => {
  expect(`${reason} What to do: ${runbook}`.length).toBeLessThanOrEqual(1_024);
});

test.each(all.filter(([, { symptomOf }]) => symptomOf.length > 0))('%s: its causes are at least as severe', (_, alarm) => {
  const siblings = found.get(folderOf(alarm)) ?? [];
  const causes = alarm.symptomOf.map((name) => siblings.find((sibling) => sibling.name === name));
  expect(causes).not.toContain(undefined);
  const isSilenceable = alarm.severity === AlarmSeverity.WARNING || causes.every((cause) => cause?.severity === AlarmSeverity.CRITICAL);
  expect(isSilenceable).toBe(true);
  const page = readFileSync(join(REPOSITORY, 'src', folderOf(alarm), 'README.md'), 'utf8').replaceAll(/\s+/g, ' ');
  // The README says when it is silent, and why.
  for (const name of [alarm.name, ...alarm.symptomOf]) expect(page.slice(page.indexOf('With [Operations]'))).toContain(`\`${name}\``);
});

// A symptom waits two minutes for its cause: a count of one minute, which CloudWatch gets a minute late, could be over by then.
// In quarantine, the causes are counts of one minute themselves, which a longer one would outlast.
const AS_SHORT_AS_ITS_CAUSES = 'streaming-data-lake Quarantined';
test.each(
  all.filter(([id, { symptomOf, evaluationPeriods }]) => symptomOf.length > 0 && evaluationPeriods === 1 && id !== AS_SHORT_AS_ITS_CAUSES),
)('%s: a single event is still there after the wait for a cause', (_, { metric }) => {
  const { metricStat } = metric.toMetricConfig();
  // What is in a queue stays there.
  expect(metricStat?.namespace === 'AWS/SQS' || Number(metricStat?.period.toMinutes()) >= 5).toBe(true);
});

/** What no data means, decided for each alarm: a new one fails here until somebody has decided. */
const NO_DATA: Readonly<Record<string, readonly string[]>> = {
  // Nobody uses it: queues, functions, pipes, load balancers and the counts that handlers log report nothing when nothing happens.
  notBreaching: [
    'audit-trail Rejected',
    ...['DeadLetters', 'OldestMessageAge', 'OldestRetryAge', 'WriterErrors', 'WriterThrottles', 'FailedShare'].map(
      (name) => `buffered-ingest-path ${name}`,
    ),
    ...['DeadLetters', 'FailedExports'].map((name) => `lake-backfill ${name}`),
    ...['FailedFolders', 'Outside', 'Overdue', 'DeadLetters'].map((name) => `lake-compaction ${name}`),
    'lake-erasure Errors',
    'operations FailedNotifications',
    'resilient-gov-sync ScheduleDeadLetters',
    // Without tasks nothing reports CPU or memory: then no request is answered, which ServerErrorShare counts.
    ...['Latency', 'ServerErrorShare', 'UnhealthyTasks', 'CpuUtilization', 'MemoryUtilization', 'FailedDeployments'].map(
      (name) => `secure-container-service ${name}`,
    ),
    ...['Errors', 'Throttles', 'DeadLetters'].map((name) => `secure-function ${name}`),
    ...[
      'Standstill',
      'PipeFailures',
      'DeadLetters',
      'OldestDeadLetterAge',
      'ConversionFailures',
      'Quarantined',
      'ActivePartitions',
      'Freshness',
    ].map((name) => `streaming-data-lake ${name}`),
    ...['ServerErrorShare', 'Undecided', 'AuthorizerThrottles'].map((name) => `tenant-isolated-api ${name}`),
    'tenant-removal Errors',
    ...['TokenFailures', 'TriggerThrottles'].map((name) => `tenant-user-pool ${name}`),
  ],
  // What reports by schedule does not run.
  breaching: ['audit-trail Silence', 'lake-erasure Overdue', 'resilient-gov-sync Heartbeat', 'tenant-removal Overdue'],
  // A value every six hours: in between, the alarm keeps its state.
  ignore: ['FailedAttempts', 'ReportsPutAside', 'BreakerOpen', 'Overdue'].map((name) => `resilient-gov-sync ${name}`),
};

test('missing data is decided for each alarm', () => {
  const decided = Object.fromEntries(Object.entries(NO_DATA).flatMap(([treatment, names]) => names.map((name) => [name, treatment])));
  expect(Object.fromEntries(all.map(([name, { missingData }]) => [name, missingData]))).toEqual(decided);
});

test.each([...found.keys()])('%s shows graphs, each with labels and a title of its own', (folder) => {
  const { maximal } = require(join(REPOSITORY, 'test', folder, 'apps.ts')) as Record<string, (stack: Stack) => void>;
  const stack = testStack();
  maximal(stack);
  const [construct] = stack.node.findAll().filter((one) => {
    const { recommendedAlarms = [] } = one as unknown as Partial<IObservable>;
    return recommendedAlarms.some((alarm) => folderOf(alarm) === folder);
  });
  const graphs = (construct as unknown as IObservable).graphs ?? [];
  expect(graphs.length).toBeGreaterThan(0);
  expect(new Set(graphs.map(({ title }) => title)).size).toBe(graphs.length);
  for (const { left, right = [] } of graphs) {
    const labels = [...left, ...right].map((metric) => {
      const { metricStat, mathExpression, renderingProperties } = metric.toMetricConfig();
      expect(metricStat ?? mathExpression).toBeDefined();
      return renderingProperties?.label;
    });
    expect(labels).not.toContain(undefined);
    expect(new Set(labels).size).toBe(labels.length);
  }
});
