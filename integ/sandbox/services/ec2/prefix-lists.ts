import { createHash } from 'node:crypto';

/**
 * The ids of the prefix lists that AWS manages, from public sources: S3 and DynamoDB from published output of `describe-prefix-lists` for all
 * Regions of 2018, CloudFront from templates and scripts that name the list of each Region (`com.amazonaws.global.cloudfront.origin-facing`).
 */
const IDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  s3: {
    'us-east-1': 'pl-63a5400a',
    'us-east-2': 'pl-7ba54012',
    'us-west-1': 'pl-6ba54002',
    'us-west-2': 'pl-68a54001',
    'eu-west-1': 'pl-6da54004',
    'eu-central-1': 'pl-6ea54007',
  },
  dynamodb: {
    'us-east-1': 'pl-02cd2c6b',
    'us-east-2': 'pl-4ca54025',
    'us-west-2': 'pl-00a54069',
    'eu-west-1': 'pl-6fa54006',
    'eu-central-1': 'pl-66a5400f',
  },
  'cloudfront.origin-facing': {
    'us-east-1': 'pl-3b927c52',
    'us-east-2': 'pl-b6a144df',
    'us-west-2': 'pl-82a045eb',
    'eu-west-1': 'pl-4fa04526',
    'eu-central-1': 'pl-a3a144ca',
  },
};

export interface ManagedPrefixList {
  readonly id: string;
  /** `com.amazonaws.us-east-1.s3`, `com.amazonaws.global.cloudfront.origin-facing` */
  readonly name: string;
}

/** The prefix lists of AWS in a Region. An id that is not in the table above is generated. */
export function managedPrefixLists(region: string): ManagedPrefixList[] {
  return Object.entries(IDS).map(([service, ids]) => ({
    id: ids[region] ?? `pl-${createHash('sha256').update(`${service} ${region}`).digest('hex').slice(0, 8)}`,
    name: `com.amazonaws.${service.startsWith('cloudfront') ? 'global' : region}.${service}`,
  }));
}
