import { proof } from '../../kit/proof';
import { deployments } from './deployments';
import { kills } from './kills';
import { migrations } from './migrations';
import { startPlace } from './place';
import { compare } from './table';

/**
 * `npx projen prove deploy`: no request fails while a service is deployed, and a process that dies
 * takes its own requests with it, and those that are sent to it before anybody can notice.
 */
export default proof(
  'deploy',
  {
    shows: 'Deployments fail no request, a killed process only those in flight or sent before its end was noticed',
    minutes: 15,
  },
  async (context) => {
    const { progress } = context;
    const began = Date.now();
    const place = await startPlace(context);
    const { sent, ...deployed } = await deployments(place, progress);
    progress.step('a release whose migration fails, and one whose migration succeeds');
    const migrated = await migrations(place);
    const { sent: sentDuringKills, ...killed } = await kills(place, progress);
    progress.step(
      `${killed.failedInFlight} of ${killed.inFlight} requests in flight in killed processes failed, and ${killed.failedWhileDying} that the load balancer sent before ECS noticed the end (median ${killed.noticedMs.median} ms; how long that takes on AWS, only AWS shows)`,
    );
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
        'the service waits for its migration in the template': migrated.serviceWaits,
        'a failing migration leaves the running tasks alone': migrated.sameTasks,
        'a release whose migration succeeds is deployed': migrated.released,
        'no request fails during the releases': migrated.failedDuringReleases === 0,
        'requests were in flight in killed processes': killed.inFlight > 0,
        'few requests fail because they were sent before the end was noticed, at most one for each kill': killed.failedWhileDyingBounded,
        'no other request fails': killed.failedElsewhere === 0,
        // Of the sandbox: a longer moment would excuse failures that it has nothing to do with.
        'the end of a process is noticed within a second': killed.noticedInTime,
        'no acknowledged grade is lost': table.acknowledged > 0 && table.lost === 0,
        'no acknowledged grade is recorded again': table.doubled === 0,
        'a repeated write is recorded once, and gets the first answer': table.repeatedOfStored > 0 && table.repeatedWrong === 0,
      },
    };
  },
);
