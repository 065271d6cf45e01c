import { readEach, unreadable } from '../../assembly/properties';
import type { Assembly } from '../../contracts';
import { objects } from '../../protocol/json';
import type { ServiceModule } from '../../service-module';
import { type Delivery, openDelivery } from './delivery';
import { type Digests, digestKey, openDigests } from './digests';
import { eventOf, selectableOf } from './events';
import { requirePermissions, trailFiles } from './files';
import { TRAIL, trailType } from './resource-types';
import { selects } from './selectors';
import { readTrail, type Trail } from './trail';

interface OpenTrail {
  readonly trail: Trail;
  readonly delivery: Delivery;
  readonly digests?: Digests;
}

/** Trails: events of the calls that came through the endpoint. */
export const cloudtrail: ServiceModule = {
  types: [trailType],
  invalid: (assembly) => unreadable(assembly, [[TRAIL, readTrail]]),
  start(context) {
    const { assembly, endpoint, sessions, offer, reject } = context;
    const open: OpenTrail[] = [];
    const stopped = new Set<OpenTrail>();
    const find = (name: string): OpenTrail => {
      const found = open.find(({ trail }) => trail.name === name);
      if (found === undefined) throw new Error(`There is no trail ${name} that records`);
      return found;
    };
    const key = digestKey();
    offer('trails', {
      async flush() {
        await Promise.all(open.map(({ delivery }) => delivery.flush()));
      },
      async stop(name) {
        const one = find(name);
        if (stopped.has(one)) return;
        stopped.add(one);
        await one.delivery.flush();
        await one.digests?.stop();
      },
      start(name) {
        const one = find(name);
        if (stopped.delete(one)) one.digests?.start();
      },
      publicKey: async () => (await key()).publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      undelivered: () => Object.fromEntries(open.map(({ trail, delivery }) => [trail.name, delivery.undelivered])),
    });
    for (const trail of readEach(assembly, TRAIL, readTrail).filter(({ isLogging }) => isLogging)) {
      try {
        requirePermissions(context, trail);
        const files = trailFiles(context, trail);
        const digests = trail.hasDigests ? openDigests(context, trail, files, key) : undefined;
        open.push({ trail, digests, delivery: openDelivery(context, trail, { files, delivered: (file) => digests?.delivered(file) }) });
      } catch (error) {
        reject(trail.resource, error as Error);
      }
    }
    if (open.length === 0) return {};
    const parts = { assembly, sessions, keyNames: keyNamesOf(assembly) };
    const stop = endpoint.onCall((call, request) => {
      const selectable = selectableOf(call);
      const recording = open.filter((one) => !stopped.has(one) && selects(one.trail.selectors, selectable));
      if (recording.length === 0) return;
      const event = eventOf(parts, call, request, selectable);
      for (const { delivery } of recording) delivery.accept(event);
    });
    return {
      async close() {
        stop();
        await Promise.all(open.flatMap(({ delivery, digests }) => [delivery.close(), digests?.close()]));
      },
    };
  },
};

/** The key attributes of the tables of the assembly. */
function keyNamesOf(assembly: Assembly): (table: string) => readonly string[] {
  const tables = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'].flatMap((type) => assembly.ofType(type));
  const names = new Map(
    tables.map((table) => [
      assembly.ref(table),
      objects(assembly.properties(table).KeySchema).map(({ AttributeName }) => String(AttributeName)),
    ]),
  );
  return (table) => names.get(table) ?? [];
}
