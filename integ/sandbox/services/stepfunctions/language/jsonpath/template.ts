import type { Json } from '../../../../contracts';
import { NotSupported } from '../../definition/not-supported';
import type { Expression } from '../language';
import { readIntrinsic } from './intrinsic';
import { presentAt, readPath } from './paths';

/** `Parameters`, `ResultSelector` or `Assign`: the members whose names end in `.$` take their values from paths and functions. */
export function readTemplate(given: Json, where: string): Expression {
  if (Array.isArray(given)) {
    const items = given.map((item, index) => readTemplate(item, `${where}[${index}]`));
    return (scope) => Promise.all(items.map((item) => item(scope)));
  }
  if (typeof given !== 'object' || given === null) return () => given;
  const members = Object.entries(given).map(([name, value]) =>
    name.endsWith('.$')
      ? ([name.slice(0, -2), readExpression(value, `${where}.${name}`)] as const)
      : ([name, readTemplate(value, `${where}.${name}`)] as const),
  );
  return async (scope) => Object.fromEntries(await Promise.all(members.map(async ([name, value]) => [name, await value(scope)] as const)));
}

/** A path, or an intrinsic function. */
export function readExpression(given: Json, where: string): Expression {
  if (typeof given !== 'string') {
    throw new NotSupported(`${where} ${JSON.stringify(given)} is not supported: a value for a name with .$ must be a path or a function`);
  }
  if (given.startsWith('States.')) return readIntrinsic(given, where);
  const path = readPath(given, where);
  return (scope) => presentAt(path, scope);
}
