import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '../contracts';
import { eventPattern, InvalidPattern } from './event-pattern';

/** A pattern, an event, and whether Event Ruler matches them: null for a pattern that it rejects. */
type Recorded = readonly [pattern: Json, event: JsonObject, matches: boolean | null];

const recorded = readFileSync(join(__dirname, 'ruler', 'event-ruler-1.8.1.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

function decided(pattern: Json, event: JsonObject): boolean | null {
  try {
    return eventPattern(JSON.stringify(pattern), 'all')(event);
  } catch (error) {
    if (error instanceof InvalidPattern) return null;
    throw error;
  }
}

test('the matcher decides as Event Ruler does', () => {
  const different = recorded.filter(([pattern, event, matches]) => decided(pattern, event) !== matches);
  expect(different.map((one) => JSON.stringify(one))).toEqual([]);
});

test('the cases have matches, others, and rejected patterns', () => {
  const count = (matches: boolean | null) => recorded.filter(([, , one]) => one === matches).length;
  expect(count(true)).toBeGreaterThan(100);
  expect(count(false)).toBeGreaterThan(500);
  expect(count(null)).toBeGreaterThan(100);
});
