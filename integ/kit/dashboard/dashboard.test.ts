import type { Json, JsonObject } from '../../sandbox';
import { drawDashboards, type Source } from '.';

const NOW = Date.UTC(2026, 10, 30, 12);
const MINUTE = 60_000;

interface Answers {
  readonly values?: Readonly<Record<string, readonly number[]>>;
  readonly alarms?: Readonly<Record<string, string>>;
  readonly rows?: readonly Readonly<Record<string, string>>[];
  readonly contributors?: Readonly<Record<string, readonly number[]>>;
  readonly custom?: Json;
  readonly series?: Readonly<Record<string, readonly number[]>>;
}

/** Answers as CloudWatch does, and what it was asked. */
function sourceWith(
  widgets: readonly object[],
  { values = {}, alarms = {}, rows = [], contributors = {}, custom = '', series = {} }: Answers = {},
) {
  const asked: Record<string, JsonObject> = {};
  const arn = (name: string) => `arn:aws:cloudwatch:us-east-1:111122223333:alarm:${name}`;
  const answers: Record<string, (input: JsonObject) => object> = {
    ListDashboards: () => ({ DashboardEntries: [{ DashboardName: 'Overview' }] }),
    GetDashboard: () => ({ DashboardBody: JSON.stringify({ widgets }) }),
    GetMetricData: ({ MetricDataQueries }) => ({
      MetricDataResults: (MetricDataQueries as unknown as { Id: string }[]).map(({ Id }) => ({
        ...{ Id, Label: Id, Values: values[Id] ?? [] },
        Timestamps: (values[Id] ?? []).map((_, at) => (NOW - (10 - at) * MINUTE) / 1_000),
      })),
    }),
    DescribeAlarms: () => ({
      CompositeAlarms: [],
      MetricAlarms: Object.entries(alarms).map(([name, state], at) => ({
        ...{ AlarmName: name, AlarmArn: arn(name), StateValue: state, StateUpdatedTimestamp: at },
      })),
    }),
    GetInsightRuleReport: () => ({
      Contributors: Object.entries(contributors).map(([key, counts]) => ({
        ...{ Keys: [key], ApproximateAggregateValue: counts.reduce((sum, one) => sum + one, 0) },
        Datapoints: counts.map((ApproximateValue, at) => ({ Timestamp: (NOW - (10 - at) * MINUTE) / 1_000, ApproximateValue })),
      })),
    }),
    StartQuery: () => ({ queryId: '1' }),
    GetQueryResults: () => ({ results: rows.map((row) => Object.entries(row).map(([field, value]) => ({ field, value }))) }),
  };
  const call = async (operation: string, input: JsonObject) => {
    asked[operation] = input;
    return answers[operation](input) as JsonObject;
  };
  const promql: Source['promql'] = async (query, range, step) => {
    asked.promql = { query, step, ...range };
    return Object.entries(series).map(([school, values]) => ({
      metric: { school },
      values: values.map((value, index) => [NOW / 1_000 - (10 - index) * step, String(value)] as const),
    }));
  };
  const source: Source = { now: () => NOW, cloudWatch: call, logs: call, promql, invoke: async () => custom };
  return { source, asked, arn };
}

const at = { x: 0, y: 0, width: 12, height: 6 };
const graph = (metrics: Json, more: object = {}) => ({ type: 'metric', ...at, properties: { title: 'Requests', metrics, ...more } });
const COUNT = ['AWS/ApiGateway', 'Count', 'ApiName', 'api', { label: 'Requests', stat: 'Sum', period: 60 }];

async function drawn(widgets: readonly object[], answers?: Answers): Promise<string> {
  const [{ html }] = await drawDashboards(sourceWith(widgets, answers).source);
  return html;
}

test('a graph asks for its metrics over three hours, and shows a line with its label', async () => {
  const { source, asked } = sourceWith([graph([COUNT])], { values: { line0: [1, 2, 3] } });
  const [{ name, html, svg }] = await drawDashboards(source);
  expect(asked.GetMetricData).toMatchObject({
    ...{ StartTime: (NOW - 180 * MINUTE) / 1_000, EndTime: NOW / 1_000 },
    MetricDataQueries: [
      {
        Id: 'line0',
        MetricStat: {
          Metric: { Namespace: 'AWS/ApiGateway', MetricName: 'Count', Dimensions: [{ Name: 'ApiName', Value: 'api' }] },
          ...{ Period: 60, Stat: 'Sum' },
        },
      },
    ],
  });
  expect(name).toBe('Overview');
  expect(html).toMatch(/<h2>Requests<\/h2><svg .*<path d="M.*>Requests<\/text>/s);
  expect(svg).toContain('<foreignObject');
});

test('what only an expression needs is not drawn', async () => {
  const metrics = [
    [{ expression: '100 * errors / count', id: 'share', label: 'Share' }],
    ['AWS/ApiGateway', '5XXError', { id: 'errors', visible: false }],
    ['AWS/ApiGateway', 'Count', { id: 'count', visible: false }],
  ];
  const html = await drawn([graph(metrics)], { values: { share: [1, 2], errors: [7], count: [7] } });
  expect(html).toContain('>Share</text>');
  expect(html).not.toContain('5XXError');
});

test('a graph without values says so', async () => {
  expect(await drawn([graph([COUNT])])).toContain('<p class="none">no data</p>');
});

test('the threshold of an alarm is drawn with its label', async () => {
  const annotations = { horizontal: [{ value: 2, label: 'Alarm', color: '#d62728' }] };
  expect(await drawn([graph([COUNT], { annotations })], { values: { line0: [1, 3] } })).toContain('>Alarm</text>');
});

test('alarms that are not OK come first, and those in other states are left out', async () => {
  const alarms = { Quiet: 'OK', Unknown: 'INSUFFICIENT_DATA', Ringing: 'ALARM' };
  const { arn } = sourceWith([]);
  const properties = { alarms: Object.keys(alarms).map(arn), sortBy: 'stateUpdatedTimestamp' };
  const all = await drawn([{ type: 'alarm', ...at, properties }], { alarms });
  expect(all.match(/<li class="\w+" title="\w+">(\w+)/g)?.map((tile) => tile.split('>')[1])).toEqual(['Ringing', 'Unknown', 'Quiet']);
  const some = await drawn([{ type: 'alarm', ...at, properties: { ...properties, states: ['ALARM'] } }], { alarms });
  expect(some).toContain('Ringing');
  expect(some).not.toContain('Unknown');
});

test('a query of Logs Insights reads its log groups, and is a table', async () => {
  const query = "SOURCE 'access' | SOURCE 'other' | filter a = 'x | y'\n| stats count(*) as requests by tenant";
  const { source, asked } = sourceWith([{ type: 'log', ...at, properties: { view: 'table', query } }], {
    rows: [{ tenant: '<school>', requests: '7' }],
  });
  const [{ html }] = await drawDashboards(source);
  expect(asked.StartQuery).toMatchObject({
    logGroupNames: ['access', 'other'],
    queryString: "filter a = 'x | y'\n| stats count(*) as requests by tenant",
  });
  expect(html).toContain('<tr><th>tenant</th><th>requests</th></tr><tr><td>&lt;school&gt;</td><td>7</td></tr>');
});

test('text is Markdown, without the HTML in it', async () => {
  const html = await drawn([
    { type: 'text', ...at, properties: { markdown: '### Api · [What to do](https://x.example)\n<script>1</script>' } },
  ]);
  expect(html).toContain('<h3>Api · <a href="https://x.example">What to do</a></h3>');
  expect(html).not.toContain('<script>');
});

test('a rule of Contributor Insights is a line for each contributor, with its sum', async () => {
  const insightRule = { ruleName: 'Busiest', maxContributorCount: 5, orderBy: 'Maximum' };
  const { source, asked } = sourceWith([graph([], { insightRule, period: 60 })], { contributors: { north: [1, 2], south: [0] } });
  const [{ html }] = await drawDashboards(source);
  expect(asked.GetInsightRuleReport).toEqual({
    ...{ RuleName: 'Busiest', MaxContributorCount: 5, OrderBy: 'Maximum', Period: 60 },
    ...{ StartTime: (NOW - 180 * MINUTE) / 1_000, EndTime: NOW / 1_000 },
  });
  expect(html).toMatch(/>north \(3\)<\/text>.*>south \(0\)<\/text>/s);
  expect(await drawn([graph([], { insightRule })])).toContain('no data');
});

test('a query in PromQL is a line for each series', async () => {
  const query = { id: 'q1', type: 'cloudwatch-metrics', language: 'PromQL', query: 'topk(2, latency)', step: 60 };
  const chart = (more: object) => ({ type: 'chart', ...at, properties: { view: 'line', data: { queries: [{ ...query, ...more }] } } });
  const { source, asked } = sourceWith([chart({})], { series: { north: [80, 90], south: [70, 60] } });
  const [{ html }] = await drawDashboards(source);
  expect(asked.promql).toEqual({ query: 'topk(2, latency)', step: 60, from: NOW - 180 * MINUTE, to: NOW });
  expect(html).toMatch(/<path d="M.*>north<\/text>.*>south<\/text>/s);
  expect(await drawn([chart({})])).toContain('no data');
  expect(await drawn([chart({ language: 'SQL' })])).toContain('queries of cloudwatch-metrics in SQL are not supported');
});

test('a widget that cannot be drawn says why, and does not hide the others', async () => {
  const html = await drawn([{ type: 'explorer', ...at, properties: {} }, graph([COUNT])], { values: { line0: [1] } });
  expect(html).toContain('<p class="error">widgets of the type explorer are not supported</p>');
  expect(html).toContain('<svg ');
});
