import { unreadable } from '../../assembly/properties';
import { lakeEngine } from '../../engines';
import type { ServiceModule } from '../../service-module';
import { readTable } from './catalog';
import { databaseType, TABLE, tableType } from './resource-types';
import { glueService } from './service';

/** The catalog of a data lake, and the engine that Firehose and Athena share. */
export const glue: ServiceModule = {
  types: [databaseType, tableType],
  invalid: (assembly) => unreadable(assembly, [[TABLE, readTable]]),
  start({ assembly, endpoint, offer, report }) {
    const lake = lakeEngine(report);
    offer('lake', lake);
    endpoint.register(glueService(assembly));
    return { close: () => lake.close() };
  },
};
