import { type Aggregate, type Command, FUNCTIONS, type Group } from './query';
import type { Reader } from './reader';
import { malformed } from './tokens';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MAX_PERIOD = 365 * UNITS.d;

/** `count(*) as requests, pct(latency, 95) by school, bin(5m)` */
export function parseStats(reader: Reader): Command {
  const aggregates = reader.list(() => parseAggregate(reader));
  const groups = reader.takeWord('by') ? reader.list(() => parseGroup(reader)) : [];
  return { command: 'stats', aggregates, groups };
}

function parseAggregate(reader: Reader): Aggregate {
  const name = reader.name('a function').toLowerCase();
  const known = FUNCTIONS.find((one) => one === name);
  if (known === undefined) throw malformed(`The sandbox does not support the function ${name} in stats: it has ${FUNCTIONS.join(', ')}`);
  reader.symbol('(');
  const field = known === 'count' && reader.takeSymbol('*') ? undefined : reader.field();
  const percent = known === 'pct' ? percentAfter(reader) : undefined;
  reader.symbol(')');
  const written = `${known}(${[field ?? '*', ...(percent === undefined ? [] : [percent])].join(', ')})`;
  return { function: known, field, percent, as: reader.alias() ?? written };
}

function percentAfter(reader: Reader): number {
  reader.symbol(',');
  const percent = reader.number();
  if (!(percent >= 0 && percent <= 100)) throw malformed(`pct: ${percent} is not between 0 and 100`);
  return percent;
}

function parseGroup(reader: Reader): Group {
  if (!reader.takeWord('bin')) {
    const field = reader.field();
    return { field, as: reader.alias() ?? field };
  }
  reader.symbol('(');
  const text = reader.period();
  reader.symbol(')');
  const unit = text.replace(/^\d+/, '');
  const period = Number(text.slice(0, -unit.length)) * (UNITS[unit] ?? Number.NaN);
  if (!(period > 0 && period <= MAX_PERIOD)) throw malformed(`bin(${text}): expected a number and s, m, h or d`);
  return { field: '@timestamp', period, as: reader.alias() ?? `bin(${text})` };
}
