import { inOrder, type RequestTrace, type Station } from './station';

/** The way of a request as a table, and below it what is missing. */
export function tableOf({ id, stations, gaps }: RequestTrace): string {
  const ordered = inOrder(stations);
  const width = Math.max(...[...ordered, ...gaps].map(({ where }) => where.length));
  const first = ordered.find(({ at }) => at !== undefined)?.at;
  const day = first === undefined ? '' : `, ${new Date(first).toISOString().slice(0, 10)} (UTC)`;
  return [
    `Request ${id}${day}`,
    '',
    ...ordered.map((station) => `${timeOf(station).padEnd(12)}  ${station.where.padEnd(width)}  ${station.what}`),
    ...(gaps.length === 0 ? [] : ['', 'Not here, and why:']),
    ...gaps.map(({ where, why }) => `${' '.repeat(12)}  ${where.padEnd(width)}  ${why}`),
  ].join('\n');
}

function timeOf({ at, toSecond = false }: Station): string {
  if (at === undefined) return '';
  return new Date(at).toISOString().slice(11, toSecond ? 19 : 23);
}
