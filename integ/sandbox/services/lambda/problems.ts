import { NotYetKnown } from '../../assembly/errors';
import type { Assembly, Problem, ResourceReader } from '../../contracts';
import { readFunction } from './configuration';
import { readMapping } from './event-sources/mapping';
import { readInvokeConfig } from './invoke-config';

/** The functions, event source mappings and invoke configurations of an assembly that AWS would reject or the sandbox can't run. */
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
      // A resource that depends on a custom resource is read again after that has run.
      return error instanceof NotYetKnown ? [] : [{ resource, message: (error as Error).message }];
    }
  });
}
