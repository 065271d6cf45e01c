import type { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { templateOf, testStack } from './synth';

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** Types that hold what can't be made again, and where each names its key; Cognito has no such property. */
const DATA: Readonly<Record<string, ((properties: Readonly<Record<string, unknown>>) => unknown) | undefined>> = {
  'AWS::Cognito::UserPool': undefined,
  'AWS::DynamoDB::Table': ({ SSESpecification }) => (SSESpecification as { readonly KMSMasterKeyId?: unknown } | undefined)?.KMSMasterKeyId,
  'AWS::KMS::Key': undefined,
  'AWS::Kinesis::Stream': ({ StreamEncryption }) => (StreamEncryption as { readonly KeyId?: unknown } | undefined)?.KeyId,
  'AWS::Logs::LogGroup': ({ KmsKeyId }) => KmsKeyId,
  'AWS::S3::Bucket': ({ BucketEncryption }) => BucketEncryption,
  'AWS::SQS::Queue': ({ KmsMasterKeyId }) => KmsMasterKeyId,
  'AWS::SecretsManager::Secret': ({ KmsKeyId }) => KmsKeyId,
};

/**
 * Which of the promises that every construct makes unasked a template breaks: a line for each resource and promise, none where all hold.
 */
export function brokenPromises(template: Template): string[] {
  const { Resources = {}, Outputs = {} } = template.toJSON() as {
    readonly Resources?: Record<string, Resource>;
    readonly Outputs?: Record<string, unknown>;
  };
  // S3 delivers access logs only to buckets whose default encryption is SSE-S3 ("Enabling Amazon S3 server access logging").
  const accessLogs = new Set(
    Object.values(Resources).map(
      ({ Properties }) =>
        (Properties?.LoggingConfiguration as { readonly DestinationBucketName?: { readonly Ref: string } })?.DestinationBucketName?.Ref,
    ),
  );
  return [
    ...Object.entries(Resources).flatMap(([id, resource]) =>
      brokenBy(resource, accessLogs.has(id)).map((broken) => `${resource.Type} ${id} ${broken}`),
    ),
    ...Object.keys(Outputs).map((id) => `output ${id} was not asked for`),
  ];
}

function brokenBy({ Type, DeletionPolicy, UpdateReplacePolicy, Properties = {} }: Resource, hasAccessLogs: boolean): string[] {
  if (Type === 'AWS::CloudWatch::Alarm') return ['was not asked for'];
  if (!(Type in DATA)) return [];
  const isRetained = DeletionPolicy === 'Retain' && UpdateReplacePolicy === 'Retain';
  const keyOf = DATA[Type];
  const encryption = JSON.stringify(keyOf?.(Properties)) ?? '';
  const isEncrypted = keyOf === undefined || encryption.includes(hasAccessLogs ? 'AES256' : 'AppKey');
  return [...(isRetained ? [] : ['is not retained']), ...(isEncrypted ? [] : ['is not encrypted with the key of the app'])];
}

/**
 * Each construct's promise, as a test of its smallest app: what holds data is retained and encrypted with the key of the app, and there is
 * no alarm and no output that was not asked for.
 *
 * @param asked what the construct is for, and so was asked for
 */
export function keepsPromises(minimal: (stack: Stack) => void, asked: { readonly alarms?: boolean } = {}): void {
  test('data is retained and encrypted with the key of the app, and no alarms or outputs are created by default', () => {
    const stack = testStack();
    minimal(stack);
    const broken = brokenPromises(templateOf(stack));
    expect(asked.alarms ? broken.filter((line) => !line.startsWith('AWS::CloudWatch::Alarm ')) : broken).toEqual([]);
  });
}
