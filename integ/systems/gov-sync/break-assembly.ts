import { breakHandler, changedSources as changedIn, type SourceChange } from '../../kit/break-handler';

/** A fault of the sync that a proof must find. */
export interface Break {
  readonly what: string;
  /** What is replaced in the sources of the function that runs the steps, in src/resilient-gov-sync/lambda. */
  readonly changes: readonly SourceChange[];
}

const HANDLER = {
  entry: 'src/resilient-gov-sync/run-sync.lambda.ts',
  sources: 'src/resilient-gov-sync/lambda',
  contains: 'GIVE_UP',
};

/**
 * Replaces the handler that runs the steps by one that is made of changed sources.
 *
 * @param folder a cloud assembly
 * @throws if a text is not in its source, or the assembly has no such handler
 */
export function breakAssembly(folder: string, { changes }: Break): Promise<void> {
  return breakHandler(folder, { ...HANDLER, changes });
}

/** The sources that a break changes, before and after. @throws if a text is not in its source */
export function changedSources({ changes }: Break): ReturnType<typeof changedIn> {
  return changedIn({ ...HANDLER, changes });
}
