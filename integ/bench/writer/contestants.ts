import { join, resolve } from 'node:path';
import { COMPETITORS } from '../competitors';

/** The tables of one measured run, new for each run. */
export interface Tables {
  readonly items: string;
  readonly idempotency: string;
}

export interface Contestant {
  readonly name: string;
  /** The module that exports `handler`. */
  readonly handler: string;
  env(tables: Tables): Record<string, string>;
}

const TIME_TO_LIVE_SECONDS = String(30 * 24 * 3600);

export const OURS: Contestant = {
  name: 'BufferedIngestPath',
  handler: resolve(__dirname, '..', '..', '..', 'assets', 'buffered-ingest-path', 'batch-writer', 'index.js'),
  env: ({ items }) => ({
    TABLE_NAME: items,
    PARTITION_KEY: 'pk',
    SORT_KEY: 'sk',
    KEY_TEMPLATES: JSON.stringify({ pk: '{tenant}#STUDENT#{body.student}', sk: 'VISIT#{idempotencyKey}' }),
    TIME_TO_LIVE_ATTRIBUTE: 'expiresAt',
    TIME_TO_LIVE_SECONDS,
  }),
};

export const PUT: Contestant = {
  name: 'one conditional put per message',
  handler: join(__dirname, 'conditional-put.mjs'),
  env: ({ items }) => ({ TABLE_NAME: items, TIME_TO_LIVE_SECONDS }),
};

export const POWERTOOLS: Contestant = {
  name: 'Powertools batch and idempotency',
  handler: join(COMPETITORS, 'powertools.mjs'),
  env: ({ items, idempotency }) => ({ TABLE_NAME: items, IDEMPOTENCY_TABLE: idempotency, TIME_TO_LIVE_SECONDS }),
};
