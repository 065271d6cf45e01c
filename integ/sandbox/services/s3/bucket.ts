import type { Assembly, Json, JsonObject, Resource } from '../../contracts';
import { isTrue, objectOf, objects, tagsOf } from '../../protocol/json';
import { type Lifecycle, lifecycleOf } from './lifecycle-rules';
import type { RequestMetricsFilter } from './metrics';

/** A bucket of the template, as validation, provisioning and the endpoint use it. */
export interface TemplateBucket {
  readonly resource: Resource;
  readonly name: string;
  readonly arn: string;
  readonly algorithm: string;
  /** The key as in the template: an id, an ARN or an alias. */
  readonly keyId?: Json;
  /** Whether it has an S3 Bucket Key: its encryption context is the bucket's ARN. */
  readonly bucketKey: boolean;
  readonly blocks: Readonly<Record<(typeof BLOCKS)[number], boolean>>;
  readonly ownership: string;
  readonly versioning?: string;
  readonly locks: boolean;
  /** The default retention of its objects; defined, but possibly empty, if it has a lock configuration. */
  readonly lock?: { readonly mode?: string; readonly days?: number; readonly years?: number };
  readonly lifecycle: Lifecycle;
  readonly requestMetrics: readonly RequestMetricsFilter[];
  readonly tags: Readonly<Record<string, string>>;
  /** What S3 would reject, or what the engine can't serve. */
  readonly problems: readonly string[];
}

/** Documented: "General purpose bucket naming rules" (Amazon S3 User Guide). */
const NAME = /^(?!xn--|sthree-|amzn-s3-demo-|(\d+\.){3}\d+$)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]$/;

/** Paths that the engine uses for its other services. */
const RESERVED_PATHS =
  /^(iceberg.*|restapis?|oauth2|login|logout|health|v20180820|environments|metrics|webtoken|clitoken|key-value-stores)$/;

const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'] as const;

export function readBucket(assembly: Assembly, resource: Resource): TemplateBucket {
  const { BucketName, ...properties } = assembly.properties(resource);
  const [rule = {}] = objects(objectOf(properties.BucketEncryption).ServerSideEncryptionConfiguration);
  // S3 encrypts with its own keys by default.
  const { SSEAlgorithm = 'AES256', KMSMasterKeyID } = objectOf(rule.ServerSideEncryptionByDefault);
  const [{ ObjectOwnership = 'BucketOwnerEnforced' } = {} as JsonObject] = objects(objectOf(properties.OwnershipControls).Rules);
  const { Status } = objectOf(properties.VersioningConfiguration);
  return {
    ...{ resource, name: assembly.ref(resource), arn: assembly.attribute(resource, 'Arn') },
    ...{ algorithm: String(SSEAlgorithm), keyId: KMSMasterKeyID, bucketKey: isTrue(rule.BucketKeyEnabled) },
    blocks: blocksOf(properties.PublicAccessBlockConfiguration),
    ownership: String(ObjectOwnership),
    versioning: Status === undefined ? undefined : String(Status),
    locks: isTrue(properties.ObjectLockEnabled),
    lock: lockOf(properties.ObjectLockConfiguration),
    requestMetrics: objects(properties.MetricsConfigurations).flatMap(({ Id, Prefix = '', TagFilters, AccessPointArn }) =>
      TagFilters === undefined && AccessPointArn === undefined ? [{ id: String(Id), prefix: String(Prefix) }] : [],
    ),
    lifecycle: lifecycleOf(properties.LifecycleConfiguration),
    tags: tagsOf(properties.Tags),
    problems: BucketName === undefined ? [] : nameProblems(resource, String(BucketName)),
  };
}

/** The public access block. Without the property everything is blocked, which is S3's default since April 2023. */
function blocksOf(given: Json | undefined): TemplateBucket['blocks'] {
  const entries = BLOCKS.map((name) => [name, given === undefined || isTrue(objectOf(given)[name])]);
  return Object.fromEntries(entries) as TemplateBucket['blocks'];
}

function lockOf(given: Json | undefined): TemplateBucket['lock'] {
  if (given === undefined) return undefined;
  const { Mode, Days, Years } = objectOf(objectOf(objectOf(given).Rule).DefaultRetention);
  const number = (value: Json | undefined) => (value === undefined ? undefined : Number(value));
  return Mode === undefined ? {} : { mode: String(Mode), days: number(Days), years: number(Years) };
}

function nameProblems({ type, id }: Resource, name: string): string[] {
  const value = `${type}.BucketName ${JSON.stringify(name)}`;
  return [
    ...(NAME.test(name) ? [] : [`${value} is not a valid bucket name of 3 to 63 lowercase letters, digits, dots and hyphens (${id})`]),
    ...(RESERVED_PATHS.test(name) ? [`${value} is the path of another service of the engine (${id})`] : []),
  ];
}
