import { proof } from '../../kit/proof';
import { deployments } from './deployments';
import { kills } from './kills';
import { migrations } from './migrations';
import { startPlace } from './place';
import { compare } from './table';

/** `npx projen prove deploy`: no request fails while a service is deployed, and a process that dies takes only its own requests with it. */
export default proof(
  'deploy',
  { shows: 'No request fails during deployments, and only those of a killed process when it dies', minutes: 15 },
  async (context) => {
    const { progress } = context;
    const began = Date.now();
    const place = await startPlace(context);
    const { sent, ...deployed } = await deployments(place, progress);
    progress.step('a release whose migration fails, and one whose migration succeeds');
    const migrated = await migrations(place);
    const { sent: sentDuringKills, ...killed } = await kills(place, progress);
    progress.step('comparing the table with the acknowledged grades');
    const table = await compare(place, [...sent, ...sentDuringKills]);
    return {
      figures: { ...deployed, ...migrated, ...killed, ...table, seconds: Math.round((Date.now() - began) / 1000) },
      promises: {
        'no request fails while tasks are replaced and a version is rolled back': deployed.failedRequests === 0,
        'a version that fails its health check is rolled back': deployed.rolledBack,
        'the old version answers meanwhile, and no other': deployed.requestsDuringRollback > 0 && deployed.sentToFailingVersion === 0,
        'a failing migration stops the release': /^UPDATE_ROLLBACK_COMPLETE: The migration ended with exit code 3/.test(
          migrated.failedMigration,
        ),
        'the same tasks answer after it': migrated.keptVersion,
        'a release whose migration succeeds is deployed': migrated.released,
        'no request fails during the releases': migrated.failedDuringReleases === 0,
        'requests were in flight in killed processes': killed.inFlight > 0,
        'no other request fails': killed.failedElsewhere === 0,
        'ECS notices the end of a process within a second': killed.noticedInTime,
        'no acknowledged grade is lost': table.lost === 0,
        'no grade is recorded twice': table.doubled === 0,
        'a repeated write is recorded once': table.repeatedWrong === 0,
      },
    };
  },
);
