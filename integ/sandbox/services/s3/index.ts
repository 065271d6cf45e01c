import { onePolicyEach } from '../../assembly/policies';
import { problemsOfEach } from '../../assembly/properties';
import type { JsonObject } from '../../contracts';
import { reportOnce } from '../../process/once';
import type { ServiceModule } from '../../service-module';
import { readBucket } from './bucket';
import { keyUses } from './key-uses';
import { requestCounter } from './metrics';
import { provisionBuckets } from './provision';
import { bucketPolicyType, bucketType } from './resource-types';
import { s3Service } from './service';

/** Buckets in MiniStack: objects, versions, tags and multipart uploads. */
export const s3: ServiceModule = {
  types: [bucketType, bucketPolicyType],
  keyUses,
  invalid: (assembly) => problemsOfEach(assembly, 'AWS::S3::Bucket', readBucket),
  resourcePolicies: (assembly) =>
    onePolicyEach(
      'bucket',
      assembly.ofType('AWS::S3::BucketPolicy').map((resource) => {
        const { PolicyDocument, Bucket } = assembly.properties(resource);
        return [resource, `arn:${assembly.partition}:s3:::${Bucket}`, PolicyDocument as JsonObject] as const;
      }),
    ),
  provision: provisionBuckets,
  start({ assembly, engines, endpoint, policies, sessions, clock, use, report }) {
    const others = { functions: () => use('functions'), topics: () => use('topics'), events: () => use('events') };
    const once = reportOnce(report);
    const service = s3Service({
      ...{ assembly, engine: engines.ministack, policies, sessions, clock, endpoint, ...others, count: requestCounter(use('metrics')) },
      report: (line) => once([line], line),
    });
    endpoint.register(service);
    return { close: service.close };
  },
};
