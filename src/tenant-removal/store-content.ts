type Properties = Readonly<Record<string, unknown>>;

/** What becomes of what a store has, if nothing is removed from it. */
export interface Content {
  /** Path of the store, below its construct. */
  readonly name: string;
  /** `expires`: it is deleted after `days`. `locked`: nobody can delete it before. `kept`: nothing deletes it. */
  readonly fate: 'expires' | 'locked' | 'kept';
  readonly days?: number;
  /** Whether it is a copy, which the removal of the original leaves. */
  readonly isCopy?: true;
}

/** Documented: "Point-in-time backups for DynamoDB", "Change data capture for DynamoDB Streams", "Amazon SQS message quotas". */
const BACKUP_DAYS = 35;
const STREAM_DAYS = 1;
const MESSAGE_SECONDS = 345_600;
const DAY_SECONDS = 86_400;

/** What has data of tenants, by the type of the resource; `name` is its path, and properties are those of the template. */
export const CONTENT: Readonly<Record<string, (name: string, properties: Properties) => readonly Content[]>> = {
  'AWS::Cognito::UserPool': (name) => [{ name, fate: 'kept' }],
  'AWS::DynamoDB::Table': tableContent,
  'AWS::Logs::LogGroup': (name, { RetentionInDays: days }) => [typeof days === 'number' ? expiring(name, days) : { name, fate: 'kept' }],
  'AWS::S3::Bucket': bucketContent,
  'AWS::SQS::Queue': (name, { MessageRetentionPeriod = MESSAGE_SECONDS }) => [
    expiring(name, Math.ceil(Number(MessageRetentionPeriod) / DAY_SECONDS)),
  ],
};

const expiring = (name: string, days: number): Content => ({ name, fate: 'expires', days });

function tableContent(name: string, { PointInTimeRecoverySpecification: backups, StreamSpecification: stream }: Properties): Content[] {
  const { RecoveryPeriodInDays = BACKUP_DAYS } = (backups ?? {}) as { readonly RecoveryPeriodInDays?: number };
  return [
    { name, fate: 'kept' },
    ...(backups === undefined ? [] : [{ ...expiring(`${name} (backups)`, RecoveryPeriodInDays), isCopy: true as const }]),
    ...(stream === undefined ? [] : [{ ...expiring(`${name} (stream)`, STREAM_DAYS), isCopy: true as const }]),
  ];
}

interface LifecycleRule {
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number };
}

/** Old versions stay after an object has expired. */
function bucketContent(name: string, { LifecycleConfiguration, ObjectLockConfiguration }: Properties): Content[] {
  const { Rules = [] } = (LifecycleConfiguration ?? {}) as { readonly Rules?: readonly LifecycleRule[] };
  const { Rule: lock } = (ObjectLockConfiguration ?? {}) as {
    readonly Rule?: { readonly DefaultRetention: { readonly Days?: number; readonly Years?: number } };
  };
  if (lock !== undefined) {
    const { Days = 0, Years = 0 } = lock.DefaultRetention;
    return [{ name, fate: 'locked', days: Days + 365 * Years }];
  }
  const versionsOf = (prefix: string) =>
    Rules.filter(({ Prefix = '' }) => prefix.startsWith(Prefix)).map((rule) => rule.NoncurrentVersionExpiration?.NoncurrentDays ?? 0);
  const rules = Rules.flatMap(({ Prefix = '', ExpirationInDays: days }) =>
    days === undefined ? [] : [{ prefix: Prefix, days: days + Math.max(...versionsOf(Prefix)) }],
  );
  const all = rules.find(({ prefix }) => prefix === '');
  if (all !== undefined) return [expiring(name, all.days)];
  return [{ name, fate: 'kept' }, ...rules.map(({ prefix, days }) => expiring(`${name}/${prefix}`, days))];
}
