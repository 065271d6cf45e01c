import type { Json, JsonObject } from '../../sandbox';
import { conditionKeysOf } from '../../sandbox/iam/evaluation';
import { filled, namedIn, requestOf } from '../isolation/cases';
import type { Request } from '../isolation/evaluate';
import type { Platform } from '../isolation/platform';
import { enclosing } from '../isolation/services';
import { type Access, accesses } from '../isolation/targets';
import type { Configuration, Policy } from './configurations';

/** Tenants' data that an action reaches, and requests that reach it: any of them being allowed is enough. */
export interface Target {
  /** `s3:GetObject on arn:aws:s3:::…/data/` */
  readonly name: string;
  readonly resource: string;
  readonly requests: readonly Request[];
}

export const TENANT = 'a-1';

/** Everything that has tenants' data: tables, their indexes and streams, objects in folders of tenants, queues, and keys. */
export function targetsOf(platform: Platform, { assembly }: Configuration): Target[] {
  const ofTables = assembly.ofType('AWS::DynamoDB::Table');
  const streams = ofTables
    .filter((table) => assembly.properties(table).StreamSpecification !== undefined)
    .map((table) => assembly.attribute(table, 'StreamArn'));
  const queues = assembly.ofType('AWS::SQS::Queue').map((queue) => assembly.attribute(queue, 'Arn'));
  const plain = (actions: readonly string[], arns: readonly string[]) =>
    arns.flatMap((resource) => actions.map((action) => target(action, resource, [{ action, resource, context: {} }])));
  return [
    ...accesses(platform).flatMap((access) => targetsOfAccess(access, platform)),
    ...plain(['dynamodb:GetRecords'], streams),
    ...plain(
      ['dynamodb:ExportTableToPointInTime'],
      ofTables.map((table) => assembly.attribute(table, 'Arn')),
    ),
    ...plain(['sqs:ReceiveMessage', 'sqs:SendMessage'], queues),
  ];
}

function targetsOfAccess(access: Access, { tables }: Platform): Target[] {
  const { action, facts, resource, attributes, layouts, files, common } = access;
  const request = (values: readonly string[] | undefined, askedBy = facts.askedBy[0]) =>
    requestOf(action, facts.reach, resource, values, { ...namedIn(attributes), ...enclosing(askedBy) });
  switch (facts.reach) {
    case 'items': {
      const keys = tables.find(({ arn }) => resource === arn || resource.startsWith(`${arn}/`))?.keys ?? [];
      const missing = request(undefined);
      const given = [`${TENANT}#STUDENT#1`, `TENANT#${TENANT}`].flatMap((key) => facts.askedBy.map((askedBy) => request([key], askedBy)));
      const requests = facts.fills === 'never' ? [missing] : facts.fills === 'may' ? [...given, missing] : given;
      // A read may ask for the keys alone.
      const named = requests.map(({ context, ...rest }) => ({ ...rest, context: { ...context, ...namedIn(keys) } }));
      return [target(action, resource, attributes.length > 0 ? requests : [...requests, ...named])];
    }
    case 'objects':
      return [
        ...layouts.map((layout) => target(action, `${resource}/${layout}`, [request([`${filled(layout)}${TENANT}/x`])], resource)),
        ...files.map((layout) => target(action, `${resource}/${layout}`, [request([`${filled(layout)}${TENANT}.json`])], resource)),
        // Other buckets, and folders without data, have nothing of tenants.
        ...(layouts.length === 0 ? [] : common).map((folder) =>
          target(action, `${resource}/${folder}`, [request([`${folder}x`]), request([`${folder}${TENANT}/x`])], resource),
        ),
      ];
    case 'names':
      return layouts.length === 0
        ? []
        : [
            target(action, resource, [
              request(undefined),
              request(['']),
              ...layouts.map((layout) => request([`${filled(layout)}${TENANT}/`])),
              ...files.map((layout) => request([`${filled(layout)}${TENANT}.json`])),
            ]),
          ];
    case 'key':
      return [target(action, `${resource} directly`, [request(undefined)], resource)];
  }
}

function target(action: string, on: string, requests: readonly Request[], resource = on): Target {
  return { name: `${action} on ${on}`, resource, requests };
}

/** Condition keys that the caller of a request chooses, with values that policies name. */
export function chosenKeys(policies: readonly Policy[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const policy of policies) {
    for (const [key, values] of chosenIn(policy)) found.set(key, [...(found.get(key) ?? []), ...values]);
  }
  return found;
}

// A service decides the values of all other keys: from the session, the resource or the request's keys.
const CHOSEN = /^(s3:(?!prefix$)|kms:encryptioncontext:|dynamodb:(select|returnvalues|returnconsumedcapacity)$|sts:|aws:calledvia)/;
const chosen = new Map<number, readonly (readonly [string, readonly string[]])[]>();

function chosenIn({ number, document }: Policy): readonly (readonly [string, readonly string[]])[] {
  const own = chosen.get(number);
  if (own !== undefined) return own;
  const names = conditionKeysOf(document).filter((key) => CHOSEN.test(key.toLowerCase()));
  const found = names.length === 0 ? [] : valuesIn(document);
  chosen.set(number, found);
  return found;
}

function valuesIn({ Statement }: JsonObject): (readonly [string, readonly string[]])[] {
  const statements = [Statement ?? []].flat() as JsonObject[];
  const conditions = statements.flatMap(({ Condition }) => Object.entries((Condition ?? {}) as Record<string, JsonObject>));
  return conditions.flatMap(([, keys]) =>
    Object.entries(keys)
      .filter(([key]) => CHOSEN.test(key.toLowerCase()))
      .map(
        ([key, values]) => [key, [values as Json].flat().map((value) => filled(String(value).replace(/\$\{[^}]*\}/g, TENANT)))] as const,
      ),
  );
}
