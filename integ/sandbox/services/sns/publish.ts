import { ServiceError } from '../../protocol/service-error';
import { element } from '../../protocol/xml';
import { MAXIMUM_BYTES, sizeOf, validate } from './message';
import { keyChecks, type Operations, type OperationsParts, on, topicOf } from './operation';
import { batchOf, type Form, invalidParameter, only, PUBLICATION, publicationOf, required } from './requests';

const ENTRY_ID = /^[\w-]{1,80}$/;
const MOST_ENTRIES = 10;

/** Publish and PublishBatch. Documented: Amazon SNS API Reference; a batch needs the permission of Publish. */
export function publishOperations({ assembly, store, fanOut }: OperationsParts): Operations {
  const checks = (arn: string) => {
    const topic = store.find(arn);
    return [on(arn, 'Publish'), ...(topic === undefined ? [] : keyChecks(assembly, topic))];
  };
  return {
    Publish: {
      checks: (form) => checks(targetOf(form)),
      execute(form) {
        only('Publish', form, ['TopicArn', 'TargetArn', ...PUBLICATION]);
        const topic = topicOf(store, targetOf(form));
        const publication = publicationOf(form);
        validate(publication);
        return [element('MessageId', fanOut.publish(topic, publication))];
      },
    },
    PublishBatch: {
      checks: (form) => checks(required(form, 'TopicArn')),
      execute(form) {
        only('PublishBatch', form, ['TopicArn', 'PublishBatchRequestEntries.member.*']);
        const topic = topicOf(store, required(form, 'TopicArn'));
        const entries = batchOf(form).map(({ id, form: entry }) => {
          only('PublishBatch', entry, ['Id', ...PUBLICATION]);
          return { id, publication: publicationOf(entry) };
        });
        validateBatch(entries);
        const failed: { readonly id: string; readonly error: ServiceError }[] = [];
        const published: { readonly id: string; readonly messageId: string }[] = [];
        for (const { id, publication } of entries) {
          const error = errorOf(() => validate(publication));
          if (error === undefined) published.push({ id, messageId: fanOut.publish(topic, publication) });
          else failed.push({ id, error });
        }
        return [
          element(
            'Failed',
            failed.map(({ id, error }) =>
              element('member', [
                ...[element('Id', id), element('Code', error.code), element('Message', error.message)],
                element('SenderFault', 'true'),
              ]),
            ),
          ),
          element(
            'Successful',
            published.map(({ id, messageId }) => element('member', [element('Id', id), element('MessageId', messageId)])),
          ),
        ];
      },
    },
  };
}

function targetOf(form: Form): string {
  if (form.has('PhoneNumber')) throw invalidParameter('The sandbox does not support Publish with PhoneNumber');
  const arn = form.get('TopicArn') ?? form.get('TargetArn');
  if (arn === undefined) throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
  return arn;
}

type Entry = { readonly id: string; readonly publication: ReturnType<typeof publicationOf> };

/** @throws ServiceError if the whole batch is rejected */
function validateBatch(entries: readonly Entry[]): void {
  if (entries.length === 0) throw new ServiceError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > MOST_ENTRIES) {
    throw new ServiceError('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
  }
  const wrong = entries.find(({ id }) => !ENTRY_ID.test(id));
  if (wrong !== undefined)
    throw new ServiceError('InvalidBatchEntryId', `The Id of a batch entry in a batch request doesn't abide by the specification.`);
  if (new Set(entries.map(({ id }) => id)).size < entries.length) {
    throw new ServiceError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  if (entries.reduce((sum, { publication }) => sum + sizeOf(publication), 0) > MAXIMUM_BYTES) {
    throw new ServiceError('BatchRequestTooLong', 'The length of all the batch messages put together is more than the limit.');
  }
}

function errorOf(run: () => void): ServiceError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}
