import { listsOf } from '../../protocol/form';
import { ServiceError } from '../../protocol/service-error';
import type { Attributes, Publication } from './message';

/** The parameters of a request of the query protocol. */
export type Form = ReadonlyMap<string, string>;

export const invalidParameter = (reason: string) => new ServiceError('InvalidParameter', `Invalid parameter: ${reason}`);
export const notFound = (message: string) => new ServiceError('NotFound', message, 404);

/** @throws ServiceError if it is missing */
export function required(form: Form, name: string): string {
  const value = form.get(name);
  if (value === undefined || value === '') throw invalidParameter(`${name} Reason: no value for required parameter`);
  return value;
}

/** Rejects parameters that the operation does not have in the sandbox. A star stands for the members of a list. */
export function only(operation: string, form: Form, names: readonly string[]): void {
  const [lists, single] = [
    names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1)),
    new Set([...names, 'Action', 'Version']),
  ];
  for (const name of form.keys()) {
    if (!single.has(name) && !lists.some((list) => name.startsWith(list)))
      throw invalidParameter(`The sandbox does not support ${operation} with ${name}`);
  }
}

export const PUBLICATION = ['Message', 'Subject', 'MessageStructure', 'MessageAttributes.entry.*'];

/** What a Publish request or an entry of a batch publishes. */
export function publicationOf(form: Form): Publication {
  const subject = form.get('Subject');
  const structure = form.get('MessageStructure');
  return {
    message: form.get('Message') ?? '',
    ...(subject === undefined ? {} : { subject }),
    ...(structure === undefined ? {} : { structure }),
    attributes: attributesOf(form),
  };
}

function attributesOf(form: Form): Attributes {
  const found = new Map<string, Attributes[string]>();
  for (const member of listsOf(form).get('MessageAttributes.entry') ?? []) {
    const name = member.get('Name') ?? '';
    const type = member.get('Value.DataType') ?? '';
    if (found.has(name)) throw new ServiceError('ParameterValueInvalid', `The message attribute '${name}' is given twice.`);
    found.set(name, { type, value: member.get(type.startsWith('Binary') ? 'Value.BinaryValue' : 'Value.StringValue') ?? '' });
  }
  return Object.fromEntries(found);
}

/** The entries of PublishBatch, each with its id. */
export function batchOf(form: Form): { readonly id: string; readonly form: Form }[] {
  const members = listsOf(form).get('PublishBatchRequestEntries.member') ?? [];
  return members.map((member) => ({ id: member.get('Id') ?? '', form: member }));
}

/** A map of the query protocol: `Attributes.entry.1.key`, `Attributes.entry.1.value`. */
export function mapOf(form: Form, name: string): Record<string, string> {
  const entries = listsOf(form).get(`${name}.entry`) ?? [];
  return Object.fromEntries(entries.map((entry) => [entry.get('key') ?? '', entry.get('value') ?? '']));
}
