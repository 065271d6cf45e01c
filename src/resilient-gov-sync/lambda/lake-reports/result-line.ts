import type { Period, SourceResult } from './source-request';

/** The line of the log about a call. */
export function resultLine({ name }: Period, result: SourceResult): object {
  return { level: 'INFO', message: 'Reports from the lake', period: name, ...result };
}
