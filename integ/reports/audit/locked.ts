import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { versionsOf } from './bucket';

/**
 * Tries to delete the closing records of a period with every permission, also the one to bypass governance mode.
 *
 * @returns how many there are, and how many of them S3 did not delete
 */
export async function deleteClosingRecords(
  operator: S3Client,
  Bucket: string,
  period: string,
): Promise<{ readonly closingRecords: number; readonly kept: number }> {
  let [closingRecords, kept] = [0, 0];
  for await (const { key, versionId } of versionsOf(operator, Bucket, `audit/${encodeURIComponent(period)}/closing-`)) {
    closingRecords++;
    const deletion = new DeleteObjectCommand({ Bucket, Key: key, VersionId: versionId, BypassGovernanceRetention: true });
    await operator.send(deletion).catch((error: Error) => {
      if (error.name !== 'AccessDenied' || !error.message.includes('object lock')) throw error;
      kept++;
    });
  }
  return { closingRecords, kept };
}
