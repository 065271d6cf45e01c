import { unreadable } from '../../assembly/properties';
import type { Pipes } from '../../contracts';
import type { ServiceModule } from '../../service-module';
import { pipeMetrics } from './metrics';
import { readPipe } from './pipe';
import { PIPE, pipeType } from './resource-types';
import { runPipe } from './run-pipe';
import { pipesService, type RunningPipe, startPipe, stopPipe } from './service';

/** Pipes from the stream of a table to a delivery stream, a queue or a function. */
export const pipes: ServiceModule = {
  types: [pipeType],
  late: [PIPE],
  invalid: (assembly) => unreadable(assembly, [[PIPE, readPipe]]),
  start(context) {
    const { partition, region, account } = context.assembly;
    const measured = pipeMetrics(context.use('metrics'), context.clock);
    const running = new Map<string, RunningPipe>();
    const arnOf = (name: string) => `arn:${partition}:pipes:${region}:${account}:pipe/${name}`;
    const find = (arn: string): RunningPipe => {
      const found = running.get(arn);
      if (found === undefined)
        throw new Error(`No pipe of the assembly has the ARN ${arn}: there are ${[...running.keys()].join(', ') || 'none'}`);
      return found;
    };
    context.endpoint.register(pipesService(arnOf, (name) => running.get(arnOf(name))));
    const offered: Pipes = {
      stop: (arn) => stopPipe(find(arn)),
      start: (arn) => startPipe(find(arn)),
      async kill(arn) {
        await find(arn).consumer.kill();
        startPipe(find(arn));
      },
      caughtUp: (arn) => find(arn).consumer.caughtUp(),
    };
    context.offer('pipes', offered);
    return {
      async ready() {
        for (const resource of context.assembly.ofType(PIPE)) {
          try {
            const pipe = context.assembly.read(resource, readPipe);
            const own: RunningPipe = { pipe, consumer: runPipe(context, measured, pipe), state: 'STOPPED' };
            running.set(pipe.arn, own);
            if (pipe.running) startPipe(own);
          } catch (error) {
            context.reject(resource, error as Error);
          }
        }
      },
      async close() {
        await Promise.all([...running.values()].map(({ consumer }) => consumer.kill()));
      },
    };
  },
};
