import type { Place } from './place';
import { backfill } from './places/backfill';
import { decisions } from './places/decisions';
import { entry } from './places/entry';
import { reports } from './places/reports';
import { templates } from './places/templates';
import { writer } from './places/writer';

/**
 * Every place where code of the library reads a caller's input. What AWS itself reads (schemas, mappings, gateway responses) is not
 * included.
 */
export const PLACES: readonly Place[] = [...writer, ...entry, ...templates, ...backfill, ...reports, ...decisions];
