import type { Line, Status } from './evaluate';
import { type AppReport, fileName, packsOf } from './files';

/** The header of the page. */
export interface PageOptions {
  /** `cdk-nag 3.0.2`, `aws-cdk-lib 2.269.0` */
  readonly versions: readonly string[];
}

/** One page for all apps: counts, open findings, acknowledged findings with reasons, and compliant resources. */
export function page(reports: readonly AppReport[], { versions }: PageOptions): string {
  const packs = packsOf(reports);
  const all = reports.flatMap(({ lines }) => lines);
  const total = (status: Status) => count(all, status);
  return [
    '# Rule packs',
    '',
    `Written by \`npx projen nag\` with ${versions.join(' and ')}. ${reports.length} apps, ${packs.length} packs: ` +
      `**${total('open')} open**, ${total('acknowledged')} acknowledged, ${total('compliant')} compliant.`,
    '',
    'Each cell: open / acknowledged / compliant. A rule that makes several findings on a resource counts each; rules that do not apply to a resource',
    'are left out. Beside this page, each app has a CSV and a JSON file for each pack.',
    '',
    ...summary(reports, packs),
    '',
    '## Open findings',
    '',
    ...open(reports),
    '',
    '## Acknowledged findings',
    '',
    ...reports.flatMap(acknowledged),
    '## Compliant resources',
    '',
    ...reports.flatMap(compliant),
  ].join('\n');
}

function summary(reports: readonly AppReport[], packs: readonly string[]): string[] {
  const rows = reports.map(({ app, resources, lines }) => {
    const cells = packs.map((pack) => counts(lines.filter((line) => line.pack === pack)));
    return [`[${app}](#${anchor(app)})`, String(resources), ...cells, counts(lines)];
  });
  return table(['app', 'resources', ...packs, 'all'], rows);
}

function counts(lines: readonly Line[]): string {
  const found = count(lines, 'open');
  return `${found === 0 ? found : `**${found}**`} / ${count(lines, 'acknowledged')} / ${count(lines, 'compliant')}`;
}

function count(lines: readonly Line[], status: Status): number {
  return lines.filter((line) => line.status === status).length;
}

function open(reports: readonly AppReport[]): string[] {
  const rows = reports.flatMap(({ app, lines }) =>
    lines
      .filter(({ status }) => status === 'open')
      .map(({ resource, type, construct, id, info }) => [app, code(resource), type, construct, code(id), info]),
  );
  return rows.length === 0 ? ['None.'] : table(['app', 'resource', 'type', 'construct', 'rule', 'what it says'], rows);
}

/** One row per rule and resource: packs with the same rule and the same result share it. */
function acknowledged({ app, lines }: AppReport): string[] {
  const rows = grouped(
    lines.filter(({ status }) => status === 'acknowledged'),
    ({ construct, resource, id, pack, reason }) => [construct, resource, ruleOf(id, pack), reason],
  ).map(([{ construct, resource, type, id, pack, reason }, packs]) => [
    construct,
    code(resource),
    type,
    code(ruleOf(id, pack)),
    packs.join(', '),
    reason,
  ]);
  const heading = [`### ${app}`, '', `[files](${encodeURI(fileName(app))})`, ''];
  const body = rows.length === 0 ? ['None.'] : table(['construct', 'resource', 'type', 'rule', 'packs', 'reason'], rows);
  return [...heading, ...body, ''];
}

/** One row per resource. */
function compliant({ app, lines }: AppReport): string[] {
  const met = lines.filter(({ status }) => status === 'compliant');
  const rows = grouped(met, ({ resource }) => [resource]).map(([{ construct, resource, type }]) => {
    const rules = grouped(
      met.filter((line) => line.resource === resource),
      ({ id, pack }) => [ruleOf(id, pack)],
    ).map(([{ id, pack }, packs]) => `${ruleOf(id, pack)} (${packs.map(short).join(', ')})`);
    return [construct, code(resource), type, rules.join(', ')];
  });
  const heading = `<details><summary>${app}: ${rows.length} resources, ${met.length} checks</summary>`;
  return [heading, '', ...table(['construct', 'resource', 'type', 'rules'], rows), '', '</details>', ''];
}

/** The first line of each group, with the packs of all its lines, sorted by construct and resource. */
function grouped(lines: readonly Line[], by: (line: Line) => string[]): [Line, string[]][] {
  const groups = new Map<string, [Line, string[]]>();
  for (const line of lines) {
    const name = by(line).join('\n');
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [line, [line.pack]]);
    else group[1].push(line.pack);
  }
  const place = ([{ construct, resource }]: [Line, string[]]) => `${construct} ${resource}`;
  return [...groups.values()].sort((one, other) => (place(one) < place(other) ? -1 : place(one) > place(other) ? 1 : 0));
}

/** `IAM5[Resource::*]` of `AwsSolutions-IAM5[Resource::*]` */
function ruleOf(id: string, pack: string): string {
  return id.slice(pack.length + 1);
}

/** `HIPAA` of `HIPAA.Security`, `R5` of `NIST.800.53.R5` */
function short(pack: string): string {
  return pack.replace('NIST.800.53.', '').replace(/\..*/, '');
}

function anchor(app: string): string {
  return app.replace(/[^a-z0-9 -]/g, '').replaceAll(' ', '-');
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A Markdown table; cell contents are escaped. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}
