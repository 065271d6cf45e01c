import { parseCondition } from './parse-condition';
import { parseStats } from './parse-stats';
import type { Command, Query } from './query';
import { type Reader, readerOf } from './reader';
import { malformed, tokensOf } from './tokens';

/** Documented: "limit" (CloudWatch Logs User Guide). */
export const MAX_LIMIT = 100_000;
const MAX_SORT_FIELDS = 10;

const COMMANDS: Readonly<Record<string, (reader: Reader) => Command>> = {
  fields: (reader) => ({
    command: 'fields',
    fields: reader.list(() => {
      const field = reader.field();
      return { field, as: reader.alias() ?? field };
    }),
  }),
  filter: (reader) => ({ command: 'filter', condition: parseCondition(reader) }),
  sort: (reader) => {
    const by = reader.list(() => {
      const field = reader.field();
      if (reader.takeWord('desc')) return { field, descending: true };
      if (reader.takeWord('asc')) return { field, descending: false };
      throw malformed(`The sandbox does not know the order of sort ${field}: add asc or desc`);
    });
    if (by.length > MAX_SORT_FIELDS) throw malformed(`The sandbox sorts by at most ${MAX_SORT_FIELDS} fields`);
    return { command: 'sort', by };
  },
  limit: (reader) => {
    const count = reader.number();
    if (!Number.isInteger(count) || count < 1 || count > MAX_LIMIT) throw malformed(`limit ${count}: expected 1 to ${MAX_LIMIT}`);
    return { command: 'limit', count };
  },
  stats: parseStats,
};

/**
 * Reads a query. Documented: "CloudWatch Logs Insights language query syntax" (CloudWatch Logs User Guide).
 *
 * @throws ServiceError `MalformedQueryException` that names what is wrong, or what the sandbox does not support
 */
export function parseQuery(text: string): Query {
  const reader = readerOf(tokensOf(text));
  const commands: Command[] = [];
  do {
    const name = reader.name('a command').toLowerCase();
    const parse = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (parse === undefined) {
      throw malformed(`The sandbox does not support the command ${name}: it has ${Object.keys(COMMANDS).join(', ')}`);
    }
    commands.push(parse(reader));
  } while (reader.takeSymbol('|'));
  reader.end();
  if (commands.filter(({ command }) => command === 'stats').length > 1) throw malformed('The sandbox supports one stats command');
  return commands;
}
