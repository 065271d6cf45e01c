import type { ValidateFunction } from 'ajv';
import Ajv from 'ajv-draft-04';
import type { Properties } from '../../assembly/properties';

/** A model of the API's template. */
export interface Model {
  readonly name: string;
  readonly properties: Properties;
}

/**
 * The models of an API by name, compiled on first use. A model refers to another by
 * `https://apigateway.amazonaws.com/restapis/<api>/models/<name>`; each API has `Empty` and `Error`. Throws for a model with an invalid
 * schema.
 */
export function modelsOf(apiId: string, models: readonly Model[]): (name: string) => ValidateFunction | undefined {
  const broken = new Map<string, Error>();
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const uri = (name: string): string => `https://apigateway.amazonaws.com/restapis/${apiId}/models/${name}`;
  const compiled = new Map<string, ValidateFunction>();
  const known = new Map<string, Properties | undefined>([
    ['Empty', undefined],
    ['Error', undefined],
  ]);
  for (const { name, properties } of models) {
    known.set(name, properties);
    try {
      ajv.addSchema(schemaOf(properties), uri(name));
    } catch (error) {
      broken.set(name, properties.invalid('Schema', `cannot be used: ${(error as Error).message}`));
    }
  }
  return (name) => {
    if (!known.has(name)) return undefined;
    const failure = broken.get(name);
    if (failure) throw failure;
    const properties = known.get(name);
    let validate = compiled.get(name);
    try {
      validate ??= properties ? ajv.getSchema(uri(name)) : ajv.compile({ type: 'object' });
    } catch (error) {
      throw properties?.invalid('Schema', `cannot be used: ${(error as Error).message}`) ?? error;
    }
    if (validate) compiled.set(name, validate);
    return validate;
  };
}

function schemaOf(properties: Properties): Record<string, unknown> {
  const raw = properties.raw('Schema');
  const schema: unknown = typeof raw === 'string' ? JSON.parse(raw) : raw;
  if (typeof schema !== 'object' || schema === null) throw new Error('it is not an object');
  return schema as Record<string, unknown>;
}
