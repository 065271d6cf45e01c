import type { Place } from './place';
import { entry } from './places/entry';
import { templates } from './places/templates';
import { writer } from './places/writer';

/** Every place where the library's own code reads what a caller chose. What AWS reads by itself (schemas, mappings, gateway responses) is not here. */
export const PLACES: readonly Place[] = [...writer, ...entry, ...templates];
