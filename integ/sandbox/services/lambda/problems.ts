import { NotYetKnown } from '../../assembly/errors';
import type { Assembly, Problem, ResourceReader } from '../../contracts';
import { readFunction } from './configuration';
import { readMapping } from './event-sources/mapping';
import { readInvokeConfig } from './invoke-config';

/** Functions, event source mappings and configurations of asynchronous callers of an assembly that cannot be run here, or that AWS would reject. Nothing is started. */
export function problemsOf(assembly: Assembly): Problem[] {
  return [
    ...problemsOfEach(assembly, 'Function', readFunction),
    ...problemsOfEach(assembly, 'EventSourceMapping', readMapping),
    ...problemsOfEach(assembly, 'EventInvokeConfig', readInvokeConfig),
  ];
}

function problemsOfEach(assembly: Assembly, kind: string, read: ResourceReader<unknown>): Problem[] {
  return assembly.ofType(`AWS::Lambda::${kind}`).flatMap((resource) => {
    try {
      assembly.read(resource, read);
      return [];
    } catch (error) {
      // What only a custom resource says is read again when it has run.
      return error instanceof NotYetKnown ? [] : [{ resource, message: (error as Error).message }];
    }
  });
}
