import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { known } from '../core/private/base/known';
import { resourceKeyUse } from '../core/private/key-use';
import { warnLate } from '../core/private/late-warning';
import { addToRole } from '../core/private/role-policy';
import { acknowledgeWildcard } from '../core/private/rule-packs';
import { REPORT_FOLDERS } from './report-folders';

/** Lets the function of a source write reports. */
export function allowSource(handler: IFunction, bucket: Bucket): void {
  allow(handler, bucket, 's3:PutObject', REPORT_FOLDERS.source, ['kms:Decrypt', 'kms:GenerateDataKey']);
}

/** Lets the function of a transport read the payloads that it sends. */
export function allowTransport(handler: IFunction, bucket: Bucket): void {
  allow(handler, bucket, 's3:GetObject', REPORT_FOLDERS.payloads, ['kms:Decrypt']);
}

function allow(handler: IFunction, bucket: Bucket, action: string, folder: string, keyActions: string[]): void {
  const { role } = handler;
  if (role === undefined) {
    warnOfRole(handler, bucket, action, folder, keyActions);
    return;
  }
  const objects = bucket.arnForObjects(`${folder}*`);
  const statements = [new PolicyStatement({ actions: [action], resources: [objects] }), ...resourceKeyUse(bucket, 's3', keyActions)];
  for (const statement of statements) {
    acknowledgeWildcard(addToRole(role, bucket, statement), objects, 'The wildcard comes after a folder of the bucket of reports.');
  }
}

/** The function of another app, whose role is not known here: whoever owns it gives it the permissions. */
function warnOfRole(handler: IFunction, bucket: Bucket, action: string, folder: string, keyActions: string[]): void {
  const { encryptionKey, env, node } = bucket;
  const statements = [
    { Effect: 'Allow', Action: action, Resource: `${known(`<ARN of ${node.path}>`, bucket.bucketArn)}/${folder}*` },
    {
      Effect: 'Allow',
      Action: keyActions,
      Resource: known(`<ARN of ${encryptionKey?.node.path}>`, encryptionKey?.keyArn ?? ''),
      Condition: { StringEquals: { 'kms:ViaService': `s3.${known('<region>', env.region)}.amazonaws.com` } },
    },
  ];
  warnLate(
    handler,
    'importedFunctionForReports',
    `The role of the imported function ${handler.node.path} is not known to this app, so that it cannot get access to the reports. Import it with ` +
      `Function.fromFunctionAttributes({ functionArn, role }), or add these statements to its role: ${JSON.stringify(statements)}`,
    'where its role has them',
  );
}
