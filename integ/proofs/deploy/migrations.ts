import type { StackUpdate } from '../../sandbox';
import { startLoad } from './load';
import type { Place } from './place';
import { failuresIn } from './summary';

/** What happened at a release whose migration failed, and at the next one. */
export interface Migrated {
  readonly failedMigration: string;
  /** Whether the service depends on its migration: CloudFormation then does not change it if the migration fails. */
  readonly serviceWaits: boolean;
  /** Whether the failed migration and its rollback left the tasks of the service alone. The proof, in place of CloudFormation, deploys nothing then. */
  readonly sameTasks: boolean;
  readonly released: boolean;
  readonly requestsDuringReleases: number;
  readonly failedDuringReleases: number;
}

/** Two releases under load: the migration of the first one fails. */
export async function migrations({ echo, sandbox, migration, reads }: Place): Promise<Migrated> {
  const running = startLoad(reads);
  /** What CloudFormation does: it changes a resource after those that it depends on, and not at all if one of them fails. */
  const release = async (revision: string, command: readonly string[]): Promise<StackUpdate & { readonly runs?: string }> => {
    const update = await sandbox.stacks.update(migration, { TaskDefinition: revision, Command: [...command] });
    return update.status === 'UPDATE_COMPLETE' ? { ...update, runs: await echo.deploy(revision) } : update;
  };
  try {
    const next = await echo.register({ VERSION: '2' });
    const before = (await echo.steady()).map(({ arn }) => arn);
    const failed = await release(next, ['node', '-e', 'process.exit(3)']);
    const after = (await echo.steady()).map(({ arn }) => arn);
    const succeeded = await release(next, ['node', '-e', '']);
    const sent = await running.stop();
    return {
      failedMigration: `${failed.status}: ${failed.reason}`,
      serviceWaits: sandbox.assembly.waitsFor(echo.resource, migration),
      sameTasks: before.join() === after.join(),
      released: succeeded.runs === next,
      requestsDuringReleases: sent.length,
      failedDuringReleases: failuresIn(sent).count,
    };
  } finally {
    running.close();
  }
}
