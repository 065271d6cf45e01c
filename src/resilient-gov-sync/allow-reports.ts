import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { resourceKeyUse } from '../core/private/key-use';
import { REPORT_FOLDERS } from './lambda/report-folders';

/** Lets the function of a source write reports. */
export function allowSource(handler: IFunction, bucket: Bucket): void {
  allow(handler, [
    new PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects(`${REPORT_FOLDERS.source}*`)] }),
    ...resourceKeyUse(bucket, 's3', ['kms:Decrypt', 'kms:GenerateDataKey']),
  ]);
}

/** Lets the function of a transport read the payloads that it sends. */
export function allowTransport(handler: IFunction, bucket: Bucket): void {
  allow(handler, [
    new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects(`${REPORT_FOLDERS.payloads}*`)] }),
    ...resourceKeyUse(bucket, 's3', ['kms:Decrypt']),
  ]);
}

/** The owner of an imported function gives its role the permissions. */
function allow({ grantPrincipal }: IFunction, statements: PolicyStatement[]): void {
  for (const statement of statements) grantPrincipal.addToPrincipalPolicy(statement);
}
