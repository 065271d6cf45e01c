import { unreadable } from '../../assembly/properties';
import type { Pipes } from '../../contracts';
import type { ServiceModule } from '../../service-module';
import type { Consumer } from '../../streams/consumer';
import { readPipe } from './pipe';
import { PIPE, pipeType } from './resource-types';
import { runPipe } from './run-pipe';

/** Pipes from the stream of a table to a delivery stream, a queue or a function. */
export const pipes: ServiceModule = {
  types: [pipeType],
  late: [PIPE],
  invalid: (assembly) => unreadable(assembly, [[PIPE, readPipe]]),
  start(context) {
    const running = new Map<string, Consumer>();
    const find = (arn: string): Consumer => {
      const found = running.get(arn);
      if (found === undefined)
        throw new Error(`No pipe of the assembly has the ARN ${arn}: there are ${[...running.keys()].join(', ') || 'none'}`);
      return found;
    };
    const offered: Pipes = {
      stop: (arn) => find(arn).stop(),
      start: (arn) => find(arn).start(),
      async kill(arn) {
        await find(arn).kill();
        find(arn).start();
      },
    };
    context.offer('pipes', offered);
    return {
      async ready() {
        for (const resource of context.assembly.ofType(PIPE)) {
          try {
            const pipe = context.assembly.read(resource, readPipe);
            const consumer = runPipe(context, pipe);
            running.set(pipe.arn, consumer);
            if (pipe.running) consumer.start();
          } catch (error) {
            context.reject(resource, error as Error);
          }
        }
      },
      async close() {
        await Promise.all([...running.values()].map((consumer) => consumer.kill()));
      },
    };
  },
};
