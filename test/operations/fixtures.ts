import type { Construct, IConstruct } from 'constructs';
import { Operations, type OperationsProps } from '../../src';
import { secureFunction } from '../secure-function/fixtures';

/** An Operations that watches a function of its own, with overrides. */
export function operations(scope: Construct, props: Partial<OperationsProps> = {}, id = 'Operations'): Operations {
  const watch: IConstruct[] = props.watch ?? [secureFunction(scope, {}, `${id}Watched`)];
  return new Operations(scope, id, { ...props, watch });
}
