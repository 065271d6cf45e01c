import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { SqsRecord } from './traffic';

interface HostMessage {
  readonly ready?: true;
  readonly id?: string;
  readonly response?: { readonly batchItemFailures: readonly unknown[] };
  readonly cpuSeconds?: number;
  readonly error?: string;
}

/** One execution environment of a function: a process of the function's runtime that handles one event at a time. */
export interface Host {
  /** Returns the CPU seconds of a batch. Rejects if a record failed, because figures of a failed handler would mean nothing. */
  invoke(records: readonly SqsRecord[]): Promise<number>;
  close(): void;
}

export async function startHost(node: string, handler: string, env: Readonly<Record<string, string>>): Promise<Host> {
  const child = fork(join(__dirname, 'host.mjs'), [handler], {
    execPath: node,
    execArgv: [],
    // No variables of the shell, so that no AWS profile or credentials of the user apply.
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await nextMessage(child, undefined);
  let number = 0;
  return {
    async invoke(records) {
      number += 1;
      const id = `request-${number}`;
      const message = nextMessage(child, id);
      child.send({ id, event: { Records: records } });
      const { response, cpuSeconds = 0, error } = await message;
      if (error !== undefined) throw new Error(`${handler} failed: ${error}`);
      const failures = response?.batchItemFailures.length ?? 0;
      if (failures > 0) throw new Error(`${handler} could not write ${failures} of ${records.length} records`);
      return cpuSeconds;
    },
    close: () => child.disconnect(),
  };
}

function nextMessage(child: ChildProcess, id: string | undefined): Promise<HostMessage> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the handler's process exited with ${code}`));
    child.once('exit', ended);
    child.once('message', (message: HostMessage) => {
      child.off('exit', ended);
      if (message.id === id) resolve(message);
      else reject(new Error(`expected the response to ${id}, got the one to ${message.id}`));
    });
  });
}
