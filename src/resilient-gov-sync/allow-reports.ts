import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { resourceKeyUse } from '../core/private/key-use';
import { addToRole } from '../core/private/role-policy';
import { acknowledgeWildcard } from '../core/private/rule-packs';
import { REPORT_FOLDERS } from './lambda/report-folders';

/** Lets the function of a source write reports. */
export function allowSource(handler: IFunction, bucket: Bucket): void {
  allow(handler, bucket, 's3:PutObject', REPORT_FOLDERS.source, ['kms:Decrypt', 'kms:GenerateDataKey']);
}

/** Lets the function of a transport read the payloads that it sends. */
export function allowTransport(handler: IFunction, bucket: Bucket): void {
  allow(handler, bucket, 's3:GetObject', REPORT_FOLDERS.payloads, ['kms:Decrypt']);
}

/** Whoever owns an imported function gives its role the permissions. */
function allow({ role }: IFunction, bucket: Bucket, action: string, folder: string, keyActions: string[]): void {
  if (role === undefined) return;
  const objects = bucket.arnForObjects(`${folder}*`);
  const statements = [new PolicyStatement({ actions: [action], resources: [objects] }), ...resourceKeyUse(bucket, 's3', keyActions)];
  for (const statement of statements) {
    acknowledgeWildcard(addToRole(role, bucket, statement), objects, 'The wildcard comes after a folder of the bucket of reports.');
  }
}
