import type { JsonObject } from '../../sandbox';
import { callerOf, denyingPolicy } from '../../sandbox/iam/evaluation';
import type { Request, Tags } from '../isolation/evaluate';
import { ANOTHER_ACCOUNT, type Caller } from './callers';
import type { Choice } from './choices';
import { accountOfCaller } from './contexts';
import type { Model } from './model';
import type { Attached } from './policies';
import type { Place } from './reach';

const EVERYTHING: JsonObject = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/**
 * Whether the evaluator of policies allows a request, with the documents that CloudFormation makes of the templates for these conditions and
 * parameters.
 */
export function isConfirmed(
  model: Model,
  caller: Caller,
  place: Place,
  tags: Tags,
  { action, resource, context }: Request,
  given: ReadonlyMap<string, Choice['value']>,
): boolean {
  if (caller.kind === 'federated') return false;
  const { account } = model.assembly;
  const documents = (attached: readonly Attached[]) =>
    attached.map((one) => model.document(one, given)).filter((one): one is JsonObject => one !== undefined);
  const arn = caller.arn ?? `arn:aws:iam::${ANOTHER_ACCOUNT}:root`;
  const identity = caller.kind === 'service' ? [] : caller.identity === undefined ? [EVERYTHING] : documents(caller.identity);
  const boundary = documents(caller.boundary);
  const own = accountOfCaller(caller, account);
  const known = {
    'aws:ResourceAccount': account,
    's3:ResourceAccount': account,
    'aws:PrincipalIsAWSService': String(caller.kind === 'service'),
    // The request says which account everybody is of, if that matters.
    ...(caller.kind === 'service' || caller.arn === undefined
      ? {}
      : { 'aws:PrincipalAccount': own, 'kms:CallerAccount': own, 'aws:PrincipalArn': arn }),
    ...Object.fromEntries(Object.entries({ ...caller.tags, ...tags }).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  };
  const request = {
    caller: callerOf(arn, { bounded: boundary.length > 0 }),
    ...{ action, resource, account, contexts: [context, known] },
  };
  return denyingPolicy(request, { identity, boundary, session: [], resource: merged(documents(place.held.policies)) }) === undefined;
}

/** One policy with the statements of all: a bucket and a queue have one. */
function merged(documents: readonly JsonObject[]): JsonObject | undefined {
  if (documents.length <= 1) return documents[0];
  return { ...documents[0], Statement: documents.flatMap(({ Statement }) => [Statement ?? []].flat()) };
}
