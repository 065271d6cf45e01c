import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

// Runs the commands that it is given, as many at a time as there are cores, and prints the output of each when it ends.
// All of them run, and the status is 1 if any has failed.
const waiting = process.argv.slice(2);

async function runOneAfterAnother(): Promise<void> {
  for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) {
    const { failed, output } = await run(command);
    process.stdout.write(output);
    if (!failed) continue;
    console.error(`Failed: ${command}`);
    process.exitCode = 1;
  }
}

function run(command: string): Promise<{ readonly failed: boolean; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => output.push(part));
    child.once('error', reject);
    // A command that a signal ends has no status.
    child.once('close', (status) => resolve({ failed: status !== 0, output: Buffer.concat(output).toString() }));
  });
}

Array.from({ length: availableParallelism() }, runOneAfterAnother);
