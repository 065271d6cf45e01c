import { unreadable } from '../../assembly/properties';
import { installLake } from '../../engines';
import type { ServiceModule } from '../../service-module';
import { type Delivery, openDelivery } from './delivery';
import { readStream, type TemplateStream } from './delivery-stream';
import { keyUses } from './key-uses';
import { deliveryMetrics } from './metrics';
import { STREAM, streamType } from './resource-types';
import { firehoseService } from './service';

/** Delivery streams to buckets. */
export const firehose: ServiceModule = {
  types: [streamType],
  late: [STREAM],
  keyUses,
  invalid: (assembly) => unreadable(assembly, [[STREAM, readStream]]),
  async prepare(assembly, report) {
    if (assembly.ofType(STREAM).length > 0) await installLake(report);
  },
  start(context) {
    const { assembly, endpoint, offer, reject, use } = context;
    const { partition, region, account } = assembly;
    const measure = deliveryMetrics(use('metrics'), context.clock);
    const open = new Map<string, { readonly stream: TemplateStream; readonly delivery: Delivery }>();
    const arnOf = (name: string) => `arn:${partition}:firehose:${region}:${account}:deliverystream/${name}`;
    endpoint.register(
      firehoseService(
        arnOf,
        (name) => open.get(name),
        () => [...open.keys()],
      ),
    );
    const find = (arn: string): Delivery => {
      const found = [...open.values()].find(({ stream }) => stream.arn === arn);
      if (found !== undefined) return found.delivery;
      throw new Error(
        `No delivery stream of the assembly has the ARN ${arn}: there are ${[...open.keys()].map(arnOf).join(', ') || 'none'}`,
      );
    };
    offer('deliveryStreams', {
      get underWay() {
        return [...open.values()].reduce((sum, { delivery }) => sum + delivery.underWay, 0);
      },
      async flush() {
        await Promise.all([...open.values()].map(({ delivery }) => delivery.flush()));
      },
      delivered: (arn) => find(arn).delivered(),
      kill: (arn) => find(arn).kill(),
    });
    return {
      async ready() {
        for (const resource of assembly.ofType(STREAM)) {
          try {
            const stream = assembly.read(resource, readStream);
            open.set(stream.name, { stream, delivery: openDelivery(context, use('lake'), measure, stream) });
          } catch (error) {
            reject(resource, error as Error);
          }
        }
      },
      async close() {
        await Promise.all([...open.values()].map(({ delivery }) => delivery.close()));
      },
    };
  },
};
