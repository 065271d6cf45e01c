import { ServiceError } from '../../protocol/service-error';
import { element, type Xml, xmlDocument } from '../../protocol/xml';
import { childText, malformed, readXml } from '../../protocol/xml-reader';
import { checkKey, type S3Request } from './read';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const MAXIMUM_KEYS = 1000;
const MAXIMUM_TAGS = 10;

/** One member of DeleteObjects. */
export interface Deletion {
  readonly key: string;
  readonly version?: string;
  readonly etag?: string;
}

/** Reads the document of DeleteObjects. */
export function readDeletions({ body }: S3Request): { readonly deletions: readonly Deletion[]; readonly quiet: boolean } {
  const root = readXml(body.toString('utf8'));
  const objects = root.children.filter(({ name }) => name === 'Object');
  const rest = root.children.filter(({ name }) => name !== 'Object' && name !== 'Quiet');
  if (root.name !== 'Delete' || rest.length > 0 || objects.length === 0 || objects.length > MAXIMUM_KEYS) {
    throw malformed();
  }
  const deletions = objects.map((object): Deletion => {
    const unknown = object.children.find(({ name }) => !['Key', 'VersionId', 'ETag'].includes(name));
    if (unknown) {
      throw new ServiceError('NotImplemented', `The sandbox does not support ${unknown.name} of DeleteObjects`, 501);
    }
    const [key, version, etag] = ['Key', 'VersionId', 'ETag'].map((name) => childText(object, name));
    if (key === undefined || key === '') {
      throw malformed();
    }
    checkKey(key);
    return { key, ...(version ? { version } : {}), ...(etag ? { etag } : {}) };
  });
  return { deletions, quiet: childText(root, 'Quiet')?.toLowerCase() === 'true' };
}

/** Writes the document of DeleteObjects for the engine, with the members that are allowed. */
export function writeDeletions(deletions: readonly Deletion[], quiet: boolean): string {
  return xmlDocument('Delete', NAMESPACE, [
    ...(quiet ? [element('Quiet', 'true')] : []),
    ...deletions.map(({ key, version, etag }) =>
      element('Object', [
        element('Key', key),
        ...(version === undefined ? [] : [element('VersionId', version)]),
        ...(etag === undefined ? [] : [element('ETag', etag)]),
      ]),
    ),
  ]);
}

/** The result of DeleteObjects: that of the engine, with the denied members added. */
export function writeResult(engineResult: string | undefined, denied: readonly (Deletion & { readonly message: string })[]): string {
  const errors = denied.map(({ key, version, message }) =>
    element('Error', [
      element('Key', key),
      ...(version === undefined ? [] : [element('VersionId', version)]),
      element('Code', 'AccessDenied'),
      element('Message', message),
    ]),
  );
  if (engineResult === undefined) {
    return xmlDocument('DeleteResult', NAMESPACE, errors);
  }
  const added = errors.map(({ xml }) => xml).join('');
  const empty = /<DeleteResult([^>]*?)\s*\/>/;
  return empty.test(engineResult)
    ? engineResult.replace(empty, (_, attributes: string) => `<DeleteResult${attributes}>${added}</DeleteResult>`)
    : engineResult.replace('</DeleteResult>', () => `${added}</DeleteResult>`);
}

/** The tags that a request sets, from its document or header; undefined if it sets none. */
export function readTags({ operation, headers, body }: S3Request): readonly (readonly [string, string])[] | undefined {
  const tags = operation.name === 'PutObjectTagging' ? tagsOfDocument(body.toString('utf8')) : tagsOfHeader(headers['x-amz-tagging']);
  if (tags && new Set(tags.map(([key]) => key)).size < tags.length) {
    throw new ServiceError('InvalidTag', 'Cannot provide multiple Tags with the same key');
  }
  if (tags && tags.length > MAXIMUM_TAGS) {
    throw new ServiceError('BadRequest', `Object tags cannot be greater than ${MAXIMUM_TAGS}`);
  }
  return tags;
}

/** The tags in a document of a request or of the engine's response. */
export function tagsOfDocument(text: string): [string, string][] {
  const root = readXml(text);
  const [set, ...others] = root.children.filter(({ name }) => name === 'TagSet');
  if (root.name !== 'Tagging' || !set || others.length > 0) {
    throw malformed();
  }
  return set.children.map((tag) => {
    const [key, value] = [childText(tag, 'Key'), childText(tag, 'Value')];
    if (tag.name !== 'Tag' || key === undefined || value === undefined) {
      throw malformed();
    }
    return [key, value];
  });
}

export function writeTags(tags: readonly (readonly [string, string])[]): string {
  const members: Xml[] = tags.map(([key, value]) => element('Tag', [element('Key', key), element('Value', value)]));
  return xmlDocument('Tagging', NAMESPACE, [element('TagSet', members)]);
}

function tagsOfHeader(header: string | undefined): [string, string][] | undefined {
  return header === undefined ? undefined : [...new URLSearchParams(header)];
}
