import { NotSupported } from '../definition/not-supported';
import { athenaSync } from './athena';
import { httpInvoke } from './http';
import type { Integration, ReadIntegration } from './integration';
import { functionResource, lambdaInvoke } from './lambda';
import { optimized } from './optimized';
import { awsSdk } from './sdk';

/** What Task states can call: a line for each kind of resource. */
const INTEGRATIONS: readonly ReadIntegration[] = [functionResource, lambdaInvoke, httpInvoke, athenaSync, optimized, awsSdk];

/** @throws NotSupported for any other resource */
export function readIntegration(resource: string, where: string): Integration {
  for (const read of INTEGRATIONS) {
    const found = read(resource, where);
    if (found !== undefined) return found;
  }
  throw new NotSupported(
    `${where}.Resource ${resource} is not supported: it must be the ARN of a function, lambda:invoke, http:invoke, aws-sdk:<service>:<action>, ` +
      'or an integration for DynamoDB, SQS, S3 or Athena',
  );
}
