import { readEach, readSettled, unreadable } from '../../assembly/properties';
import type { Assembly } from '../../contracts';
import { installLake } from '../../engines';
import { keyUsesOf, writesObjects } from '../../iam/key-uses';
import type { ServiceModule } from '../../service-module';
import { NAMED_QUERY, namedQueryType, WORK_GROUP, workGroupType } from './resource-types';
import { athenaService } from './service';
import { readNamedQuery, readWorkGroup } from './work-group';

/** Athena writes results with the permissions of its caller. */
const ofResults = writesObjects('each query fails');

const keyUses = (assembly: Assembly) =>
  keyUsesOf(
    ofResults,
    readSettled(assembly, WORK_GROUP, readWorkGroup).map(({ resource, encryption, outputLocation = '' }) => ({
      ...{ resource, property: 'WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration.KmsKey', key: encryption?.key },
      context: { 'aws:s3:arn': `arn:aws:s3:::${outputLocation.split('/')[2] ?? ''}` },
    })),
  );

/** Queries over the files of a data lake. */
export const athena: ServiceModule = {
  types: [workGroupType, namedQueryType],
  keyUses,
  invalid: (assembly) =>
    unreadable(assembly, [
      [WORK_GROUP, readWorkGroup],
      [NAMED_QUERY, readNamedQuery],
    ]),
  async prepare(assembly, report) {
    if (assembly.ofType(WORK_GROUP).length > 0) await installLake(report);
  },
  start({ assembly, clock, endpoint, sessions, offer, use }) {
    const workGroups = new Map(readEach(assembly, WORK_GROUP, readWorkGroup).map((group) => [group.name, group]));
    const namedQueries = readEach(assembly, NAMED_QUERY, readNamedQuery);
    const service = athenaService({ assembly, clock, endpoint, sessions, lake: use('lake'), workGroups, namedQueries });
    endpoint.register(service);
    offer('queries', service);
    return { close: () => service.close() };
  },
};
