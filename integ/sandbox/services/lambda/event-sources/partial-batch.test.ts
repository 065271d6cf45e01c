import type { Invocation, Json } from '../../../contracts';
import { failedMessages } from './partial-batch';

const ids = ['a', 'b', 'c'];
const answer = (payload: Json): Pick<Invocation, 'payload'> => ({ payload });
const failures = (...batchItemFailures: Json[]) => answer({ batchItemFailures });

describe('documented: "Handling errors for an SQS event source in Lambda", success and failure conditions', () => {
  test.each([
    ['an empty batchItemFailures list', failures()],
    ['a null batchItemFailures list', answer({ batchItemFailures: null })],
    ['an empty EventResponse', answer({})],
    ['a null EventResponse', answer(null)],
  ])('%s is a complete success', (_name, invocation) => {
    expect([...failedMessages(invocation, ids, true)]).toEqual([]);
  });

  test.each([
    ['an exception', { payload: null, functionError: 'Unhandled' as const }],
    ['an empty string itemIdentifier', failures({ itemIdentifier: '' })],
    ['a null itemIdentifier', failures({ itemIdentifier: null })],
    ['an itemIdentifier with a bad key name', failures({ itemIdentifer: 'a' })],
    ['an itemIdentifier that is not in the batch', failures({ itemIdentifier: 'a' }, { itemIdentifier: 'z' })],
    ['a list that is not one', answer({ batchItemFailures: 'a' })],
    ['an answer that is not an object', answer('a')],
  ])('%s is a complete failure', (_name, invocation) => {
    expect([...failedMessages(invocation, ids, true)]).toEqual(ids);
  });

  test('only the named messages fail', () => {
    expect([...failedMessages(failures({ itemIdentifier: 'c' }, { itemIdentifier: 'a' }, { itemIdentifier: 'c' }), ids, true)]).toEqual([
      'c',
      'a',
    ]);
  });

  test('without ReportBatchItemFailures only an error fails the batch', () => {
    expect([...failedMessages(failures({ itemIdentifier: 'a' }), ids, false)]).toEqual([]);
    expect([...failedMessages({ payload: null, functionError: 'Unhandled' }, ids, false)]).toEqual(ids);
  });
});
