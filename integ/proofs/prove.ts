import { ensureLibrary } from '../kit/library';
import { createProgress } from '../kit/progress';
import { type Proof, runProof } from '../kit/proof';
import { printRooms, rooms } from '../kit/rooms';

/** How long a run may take to close what it started, before it ends anyway. */
const CLOSING_TIMEOUT_MS = 20_000;

export const proofs = rooms<Proof>(__dirname);

/** `npx projen prove`: lists the proofs. `npx projen prove <name> […]`: builds what it needs, and runs it. */
async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined) {
    console.log(printRooms(proofs, ({ shows }) => shows));
    return 0;
  }
  if (!proofs.names.includes(name)) {
    console.error(`There is no proof with the name ${name}: the proofs are ${proofs.names.join(', ')}`);
    return 2;
  }
  const progress = createProgress();
  await ensureLibrary(progress.step);
  const { passed, problems, line } = await runProof(proofs.load(name), args, progress);
  for (const problem of problems) console.error(problem);
  if (line !== undefined) await new Promise<void>((written) => process.stdout.write(`${line}\n`, () => written()));
  return passed ? 0 : 1;
}

/** Ends the process whatever is still open: what was started closes itself when it is told to end. */
function end(status: number): void {
  process.exitCode = status;
  if (process.listenerCount('SIGTERM') === 0) process.exit();
  setTimeout(() => process.exit(), CLOSING_TIMEOUT_MS).unref();
  process.kill(process.pid, 'SIGTERM');
}

if (require.main === module) {
  // The SDK of this process warns about its Node; functions run on another.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  main(process.argv.slice(2)).then(end, (error: Error) => {
    console.error(error.message);
    end(1);
  });
}
