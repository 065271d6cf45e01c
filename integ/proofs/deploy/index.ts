import { proof } from '../../kit/proof';
import { deployments } from './deployments';
import { kills } from './kills';
import { startPlace } from './place';

/** `npx projen prove deploy`: no request fails while a service is deployed, and a process that dies takes only its own requests with it. */
export default proof(
  'deploy',
  { shows: 'No request fails during deployments, and only those of a killed process when it dies', minutes: 15 },
  async (context) => {
    const { progress } = context;
    const place = await startPlace(context);
    const deployed = await deployments(place, progress);
    const killed = await kills(place, progress);
    return {
      figures: { ...deployed, ...killed },
      promises: {
        'no request fails while tasks are replaced': deployed.failedRequests === 0,
        'a version that fails its health check is rolled back': deployed.rolledBack,
        'the old version answers until then, and no other': deployed.answeredDuringRollback.join() === '1',
        'a failing migration stops the release': deployed.failedMigration.startsWith(
          'UPDATE_ROLLBACK_COMPLETE: The migration ended with exit code 3',
        ),
        'the old version answers after it': deployed.answeredDuringFailedMigration.join() === '1',
        'a release whose migration succeeds is deployed': deployed.releasedAfterMigration,
        'requests were in flight in killed processes': killed.inFlight > 0,
        'no other request fails': killed.failedElsewhere === 0,
        'ECS notices the end of a process within a second': killed.noticedInTime,
      },
    };
  },
);
