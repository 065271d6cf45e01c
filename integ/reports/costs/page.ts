import type { Estimate, Line } from './estimate';
import type { Price } from './price';

/** The page with what an app costs a month, in each of several sizes. */
export function pageOf(title: string, introduction: readonly string[], estimates: readonly Estimate[]): string {
  const sizes = estimates.map(({ usage }) => usage.size);
  return [
    `# ${title}`,
    '',
    ...introduction,
    '',
    '**These are estimates**, in USD a month of 730 hours, without free tiers, discounts, taxes and support: the quantities of the usage files, times the',
    'prices of one table (`integ/reports/costs/prices.ts`), of Region us-east-1 unless the last table names another one.',
    '',
    row(['service', ...sizes]),
    row(['---', ...sizes.map(() => '---:')]),
    ...services(estimates).map((service) =>
      row([service, ...estimates.map(({ lines }) => amount(lines.filter((line) => serviceOf(line) === service)))]),
    ),
    row(['**sum of what is known**', ...estimates.map(({ sum }) => `**${money(sum)}**`)]),
    '',
    ...missing(estimates),
    '## What is assumed',
    ...estimates.flatMap(({ usage }) => ['', `**${usage.size}**`, '', ...usage.because.map((sentence) => `- ${sentence}`)]),
    '',
    '## What costs most',
    '',
    row(['resource', 'charge', ...sizes]),
    row(['---', '---', ...sizes.map(() => '---:')]),
    ...largest(estimates).map(({ path, name, price }) =>
      row([
        `\`${path}\``,
        price.unit,
        ...estimates.map(({ lines }) => charged(lines.filter((line) => line.path === path && line.name === name))),
      ]),
    ),
    '',
    '## Prices',
    '',
    row(['price of one', 'USD', ...sizes, 'source', 'read on']),
    row(['---', '---:', ...sizes.map(() => '---:'), '---', '---']),
    ...prices(estimates).map(([name, price]) =>
      row([
        `${price.unit} (\`${name}\`)`,
        tiers(price),
        ...estimates.map(({ lines }) => charged(lines.filter((line) => line.name === name))),
        `${price.source}${price.region === 'us-east-1' ? '' : `; **Region ${price.region}**`}`,
        price.read,
      ]),
    ),
    '',
  ].join('\n');
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const money = (usd: number): string => (usd > 0 && usd < 0.005 ? '< 0.01' : usd.toFixed(2).replace(/\B(?=(\d{3})+\b)/g, ','));
const number = (quantity: number): string =>
  quantity.toLocaleString('en-US', { maximumFractionDigits: quantity < 1 ? 4 : quantity < 1_000 ? 2 : 0 });

const serviceOf = ({ type }: Line): string => type.split('::')[1];

function services(estimates: readonly Estimate[]): string[] {
  const cost = (service: string) => Math.max(...estimates.map(({ lines }) => known(lines.filter((line) => serviceOf(line) === service))));
  return [...new Set(estimates.flatMap(({ lines }) => lines.map(serviceOf)))].sort((a, b) => cost(b) - cost(a) || a.localeCompare(b));
}

const known = (lines: readonly Line[]): number => lines.reduce((sum, { cost = 0 }) => sum + cost, 0);
const total = (lines: readonly Line[]): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);

/** A sum, or that it is not known: an unknown price is not zero. */
function amount(lines: readonly Line[]): string {
  const unknown = lines.filter(({ cost, quantity }) => cost === undefined && quantity > 0);
  if (unknown.length === 0) return money(known(lines));
  return unknown.length === lines.length ? 'unknown' : `${money(known(lines))} and unknown`;
}

/** A quantity, and what it costs. */
const charged = (lines: readonly Line[]): string => `${number(total(lines))} = ${amount(lines)}`;

/** What is not in the sum, and how much of it is used. */
function missing(estimates: readonly Estimate[]): string[] {
  const names = new Map<string, Price>();
  for (const { lines } of estimates) {
    for (const { name, price, cost, quantity } of lines) if (cost === undefined && quantity > 0) names.set(name, price);
  }
  if (names.size === 0) return [];
  return [
    '**Not in these sums**, because no source of the price was found. Look it up, and add it to `prices` of a usage file:',
    '',
    row(['price', 'look it up in', ...estimates.map(({ usage }) => usage.size)]),
    row(['---', '---', ...estimates.map(() => '---:')]),
    ...[...names].map(([name, { unit, source }]) =>
      row([
        `\`${name}\``,
        `<https://${source}>`,
        ...estimates.map((one) => `${number(total(one.lines.filter((line) => line.name === name)))} × ${unit}`),
      ]),
    ),
    '',
  ];
}

/** The charges that are at least a hundredth of the sum in one of the sizes, the largest first. */
function largest(estimates: readonly Estimate[]): Line[] {
  const share = ({ path, name }: Line) =>
    Math.max(...estimates.map(({ lines, sum }) => known(lines.filter((line) => line.path === path && line.name === name)) / sum));
  const first = new Map(estimates.flatMap(({ lines }) => lines.map((line) => [`${line.path} ${line.name}`, line] as const)));
  return [...first.values()].filter((line) => share(line) >= 0.01).sort((a, b) => share(b) - share(a));
}

function prices(estimates: readonly Estimate[]): [string, Price][] {
  const used = new Map(estimates.flatMap(({ lines }) => lines.map(({ name, price }) => [name, price] as const)));
  return [...used].sort(([a], [b]) => a.localeCompare(b));
}

function tiers({ usd }: Price): string {
  if (usd === 'unknown') return 'unknown';
  if (typeof usd === 'number') return exact(usd);
  return usd.map(({ upTo, usd: each }) => (upTo === undefined ? exact(each) : `${exact(each)} up to ${number(upTo)}`)).join(', then ');
}

const exact = (usd: number): string => usd.toFixed(12).replace(/0+$/, '').replace(/\.$/, '');
