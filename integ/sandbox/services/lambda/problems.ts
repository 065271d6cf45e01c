import { unreadable } from '../../assembly/properties';
import type { Assembly, Problem } from '../../contracts';
import { readFunction } from './configuration';
import { readMapping } from './event-sources/mapping';
import { readInvokeConfig } from './invoke-config';

/** The functions, event source mappings and invoke configurations of an assembly that AWS would reject or the sandbox can't run. */
export function problemsOf(assembly: Assembly): Problem[] {
  return unreadable(assembly, [
    ['AWS::Lambda::Function', readFunction],
    ['AWS::Lambda::EventSourceMapping', readMapping],
    ['AWS::Lambda::EventInvokeConfig', readInvokeConfig],
  ]);
}
