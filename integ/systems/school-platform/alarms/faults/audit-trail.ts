import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { AlarmFault } from '../fault';
import type { WatchedPlatform } from '../watched-platform';

const TRAIL = 'luca-audit';

/** Tries to delete a file of events, which is locked. @throws if S3 does not reject it */
async function deleteEvents({ platform, sandbox, aws }: WatchedPlatform): Promise<void> {
  await sandbox.trails.flush();
  const Bucket = sandbox.assembly.ref(platform.resource('AWS::S3::Bucket', '/AuditTrail/Bucket'));
  const { Versions = [] } = await aws.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'AWSLogs/', MaxKeys: 1 }));
  const [{ Key, VersionId } = {}] = Versions;
  if (Key === undefined) throw new Error('The trail has no file');
  const error = await aws.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId })).catch((reason: Error) => reason);
  if (!(error instanceof Error) || error.name !== 'AccessDenied') throw new Error(`S3 did not reject the deletion: ${error}`);
}

export const AUDIT_TRAIL: readonly AlarmFault[] = [
  {
    what: 'somebody tries to delete a file of the trail',
    kind: 'operators',
    rings: ['AuditTrail-Rejected'],
    withinMinutes: 20,
    async begin(platform) {
      await deleteEvents(platform);
      return { end() {} };
    },
  },
  {
    what: 'somebody stops the trail',
    kind: 'operators',
    rings: ['AuditTrail-Silence'],
    // Three hours without a file, and one in which the last was written.
    withinMinutes: 7 * 60,
    recoversWithinMinutes: 5 * 60,
    stepMinutes: 20,
    async begin({ sandbox }) {
      await sandbox.trails.stop(TRAIL);
      return { end: () => sandbox.trails.start(TRAIL) };
    },
  },
];
