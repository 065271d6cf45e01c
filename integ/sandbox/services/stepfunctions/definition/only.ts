import type { JsonObject } from '../../../contracts';
import { NotSupported } from './not-supported';

/** @throws NotSupported for a field that is not in the list */
export function only(value: unknown, where: string, fields: readonly string[]): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new NotSupported(`${where} must be an object`);
  }
  const object = value as JsonObject;
  const unknown = Object.keys(object).find((key) => !fields.includes(key));
  if (unknown !== undefined) {
    throw new NotSupported(`${where}.${unknown} is not supported: use only ${fields.join(', ')}`);
  }
  return object;
}

/** The objects of a list; none if the field is not there. */
export function list(value: unknown): JsonObject[] {
  return Array.isArray(value) ? (value as JsonObject[]) : [];
}
