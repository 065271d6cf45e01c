import type { Call, Resource, Sandbox } from '../../sandbox';

/** The parts of the lake that the proof watches, stops and kills. */
export interface LakeParts {
  readonly tableName: string;
  readonly streamArn: string;
  readonly bucket: string;
  readonly pipeArn: string;
  readonly pipeName: string;
  readonly deadLetterPipeArn: string;
  readonly deliveryArn: string;
  readonly deadLetterDeliveryArn: string;
  readonly startBackfillArn: string;
  readonly backfillQueueUrl: string;
  isPipe(call: Call): boolean;
  isDelivery(call: Call): boolean;
}

export function partsOf({ assembly }: Sandbox): LakeParts {
  /** Of the construct with this id, or of one within it. */
  const find = (type: string, id: string): Resource => {
    const found = assembly.ofType(type).find(({ logicalId }) => new RegExp(`^${id}(Function)?[0-9A-F]{8}$`).test(logicalId));
    if (found === undefined) throw new Error(`The app has no ${type} with the id ${id}`);
    return found;
  };
  const table = find('AWS::DynamoDB::Table', 'DataTable');
  const [pipe, deadLetterPipe] = ['LakePipe', 'LakeDeadLetterPipe'].map((id) => find('AWS::Pipes::Pipe', id));
  const [delivery, deadLetters] = ['LakeDelivery', 'LakeDeadLetterDelivery'].map((id) => find('AWS::KinesisFirehose::DeliveryStream', id));
  const arn = (resource: Resource) => assembly.attribute(resource, 'Arn');
  const [pipeName, deliveryName] = [pipe, delivery].map((resource) => assembly.ref(resource));
  return {
    ...{ tableName: assembly.ref(table), streamArn: assembly.attribute(table, 'StreamArn') },
    bucket: assembly.ref(find('AWS::S3::Bucket', 'LakeBucket')),
    ...{ pipeArn: arn(pipe), pipeName, deadLetterPipeArn: arn(deadLetterPipe) },
    ...{ deliveryArn: arn(delivery), deadLetterDeliveryArn: arn(deadLetters) },
    startBackfillArn: arn(find('AWS::Lambda::Function', 'BackfillStart')),
    backfillQueueUrl: assembly.ref(find('AWS::SQS::Queue', 'BackfillQueue')),
    // A service's session of a role has the name of the pipe or the stream.
    isPipe: ({ principal }) => principal.endsWith(`/${pipeName}`),
    isDelivery: ({ principal }) => principal.endsWith(`/${deliveryName}`),
  };
}
