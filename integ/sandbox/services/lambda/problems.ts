import { NotYetKnown } from '../../assembly/errors';
import type { Assembly } from '../../contracts';
import { readFunction } from './configuration';
import { readMapping } from './event-sources/mapping';

/**
 * What functions and event source mappings of an assembly ask for that cannot be run here, or that AWS rejects: one line each, with the
 * resource's id. Nothing is started. Without it, such a function answers each event with its line, and such a mapping is left out.
 */
export function problemsOf(assembly: Assembly): string[] {
  const problems = new Set<string>();
  const attempt = (read: () => void) => {
    try {
      read();
    } catch (error) {
      // What only a custom resource says is read again when it has run.
      if (!(error instanceof NotYetKnown)) {
        problems.add((error as Error).message);
      }
    }
  };
  for (const resource of assembly.ofType('AWS::Lambda::Function')) {
    attempt(() => assembly.read(resource, readFunction));
  }
  for (const resource of assembly.ofType('AWS::Lambda::EventSourceMapping')) {
    attempt(() => assembly.read(resource, readMapping));
  }
  return [...problems];
}
