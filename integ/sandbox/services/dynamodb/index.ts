import { readEach } from '../../assembly/properties';
import type { SandboxContext, ServiceModule } from '../../service-module';
import { sweepExpired } from './expiry';
import { openExports } from './exports';
import { keyUses } from './key-uses';
import { tableMetrics } from './metrics';
import { provisionTables } from './provision';
import { globalTableType, tableType } from './resource-types';
import { dynamodbService, PROTOCOL } from './service';
import { openStreams, type Streams } from './streams';
import { readTable, TABLES } from './table';
import { readTables } from './tables';

/** By the sandbox's clock. */
const EXPIRY_INTERVAL_MS = 600_000;

/** Tables in DynamoDB Local. */
export const dynamodb: ServiceModule = {
  types: [tableType, globalTableType],
  keyUses,
  resourcePolicies: (assembly) =>
    new Map(readEach(assembly, TABLES, readTable).flatMap(({ arn, policy }) => (policy ? [[arn, policy] as const] : []))),
  provision: provisionTables,
  start(context) {
    const { assembly, engines, clock } = context;
    const streams = openStreams(assembly, engines.dynamodb, clock);
    const tables = readTables(assembly);
    const tableExports = openExports({ ...context, engine: engines.dynamodb, protocol: PROTOCOL, streams, tables });
    const metrics = tableMetrics(context.use('metrics'), context.endpoint);
    const service = dynamodbService(assembly, engines.dynamodb, tables, { streams, tableExports, metrics });
    context.endpoint.register(service);
    const stop = new AbortController();
    let sweeping: Promise<void> | undefined;
    return {
      async ready() {
        sweeping = sweepRepeatedly(context, streams, stop.signal);
      },
      async close() {
        stop.abort();
        await sweeping;
        await tableExports.close();
        await streams.close();
        metrics.close();
        service.close();
      },
    };
  },
};

/** Deletes expired items at an interval. */
async function sweepRepeatedly({ assembly, engines, clock, report }: SandboxContext, streams: Streams, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(EXPIRY_INTERVAL_MS, signal).catch(() => undefined);
    if (!signal.aborted) {
      await sweepExpired(assembly, engines, clock, streams).catch((error: Error) =>
        report(`Expired items could not be deleted: ${error.message}`),
      );
    }
  }
}
