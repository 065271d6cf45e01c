import type { Assembly, Check, EndpointService, Engine, Findings, Principal, ServiceReply, ServiceRequest } from '../../contracts';
import type { Policies } from '../../iam/index';
import type { Sessions } from '../../iam/sessions';
import { attempt } from '../../process/attempt';
import { AccessDenied, ServiceError } from '../../protocol/service-error';
import { createUpstream, scopeOf } from '../../protocol/upstream';
import { uriEncode, uriEncodePath } from '../../protocol/uri';
import { type Bucket, readBuckets } from './buckets';
import { type Asked, checksOf, dependsOnTags } from './checks';
import { readDeletions, readTags, tagsOfDocument, writeDeletions, writeResult, writeTags } from './documents';
import { encryptionHeaders, onKey, readKey, shownEncryption } from './encryption';
import { s3Error } from './errors';
import { readRequest, type S3Request } from './read';
import { type Source, sourceOf, writeSource } from './source';

/** Headers of the engine's answers that are the engine's own, or that the endpoint writes. */
const NOT_PASSED = /^(connection|keep-alive|transfer-encoding|server|date|x-amzn-requestid|access-control-.*|vary)$/;
/** A missing object is told of only to who may list the bucket: «GetObject» (Amazon S3 API Reference), Permissions. */
const TELLS_OF_OBJECT = ['GetObject', 'HeadObject', 'GetObjectTagging', 'CopyObject', 'UploadPartCopy'];
const MOST_AT_ONCE = 1000;

interface Answered {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/**
 * S3 in front of MiniStack, which checks neither header signatures nor policies: the buckets of the assembly, path style or by their host.
 *
 * The engine gets a request that is written anew from what was read, so that it acts on exactly the bucket, the key and the headers that
 * the policies saw.
 */
export function s3Service(assembly: Assembly, engine: Engine, policies: Policies, sessions: Sessions): EndpointService & { close(): void } {
  const { account, region } = assembly;
  const buckets = readBuckets(assembly);
  const upstream = createUpstream(engine.name, engine.url);
  const authorization = scopeOf('s3', account, region);
  /** The keys under which the parts of uploads under way are encrypted. */
  const uploads = new Map<string, string>();
  /** By role: whether a policy in play asks for the tags of an object. */
  const byTags = new Map<string, boolean>();

  return {
    name: 's3',
    read(request) {
      const read = readRequest(request, region);
      const { name } = read.operation;
      const asked = once(() => ask(read));
      return {
        operation: name,
        memberwise: name === 'DeleteObjects',
        checks: async () => checksOf({ ...asked(), ...(await existingTags(request, asked())) }, assembly),
        execute: (findings) => execute(request, asked(), findings),
      };
    },
    error: s3Error,
    close: () => upstream.close(),
  };

  async function execute(request: ServiceRequest, asked: Asked, findings: Findings): Promise<ServiceReply> {
    switch (asked.request.operation.name) {
      case 'DeleteObjects':
        return deleteObjects(asked.request, findings);
      case 'PutObjectTagging':
        return reply(request, asked, await forward(asked.request, { body: writeTags(readTags(asked.request) ?? []) }));
      case 'CopyObject':
      case 'UploadPartCopy':
        await openSource(request, asked);
        return reply(request, asked, await forward(asked.request, { headers: copyHeaders(asked) }));
      case 'PutObject':
        return reply(request, asked, await forward(asked.request, { headers: encryptionHeaders(asked.request, assembly) }));
      case 'CreateMultipartUpload':
        return createUpload(request, asked);
      case 'UploadPart':
        openUpload(request, asked);
        return reply(request, asked, await forward(asked.request));
      case 'CompleteMultipartUpload':
        return completeUpload(request, asked);
      case 'AbortMultipartUpload':
        uploads.delete(asked.request.query.get('uploadId') ?? '');
        return reply(request, asked, await forward(asked.request));
      default:
        return reply(request, asked, await forward(asked.request));
    }
  }

  /** Finds the buckets that a request names; S3 says of one that is not there before it asks for permission. */
  function ask(request: S3Request): Asked {
    const found = (name: string): Bucket => {
      const bucket = buckets.get(name);
      if (!bucket) {
        throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404);
      }
      return bucket;
    };
    if (request.expectedOwner !== undefined && request.expectedOwner !== account) {
      throw new ServiceError('AccessDenied', 'Access Denied', 403);
    }
    const source = sourceOf(request);
    return {
      request,
      ...(request.bucket === '' ? {} : { bucket: found(request.bucket) }),
      ...(source ? { source: { ...source, of: found(source.bucket) } } : {}),
    };
  }

  /** Looked up only for policies that ask: it is the one thing that the engine is asked before a request is allowed. */
  async function existingTags(
    request: ServiceRequest,
    { request: { operation, bucket, key, query }, source }: Asked,
  ): Promise<Partial<Asked>> {
    if (operation.on !== 'object' || !asksForTags(request.principal)) {
      return {};
    }
    const version = query.get('versionId');
    const tags = dependsOnTags(operation.action) ? await tagsOf({ bucket, key, ...(version === undefined ? {} : { version }) }) : undefined;
    const sourceTags = source ? await tagsOf(source) : undefined;
    return { ...(tags ? { tags } : {}), ...(sourceTags ? { sourceTags } : {}) };
  }

  function asksForTags({ roleArn = '', accessKeyId }: Principal): boolean {
    const role = policies.documents.role(roleArn);
    const { resourcePolicies } = policies.documents;
    const known =
      byTags.get(roleArn) ??
      mentionsTags([
        attempt(() => role?.identity()),
        attempt(() => role?.boundary()),
        [...buckets.values()].map(({ arn }) => resourcePolicies.get(arn)),
      ]);
    byTags.set(roleArn, known);
    return known || mentionsTags(sessions.find(accessKeyId)?.policies ?? []);
  }

  async function tagsOf({ bucket, key, version }: Source): Promise<[string, string][] | undefined> {
    const query = `tagging${version === undefined ? '' : `&versionId=${uriEncode(version)}`}`;
    const { status, body } = await send('GET', `/${bucket}/${uriEncodePath(key)}?${query}`, {}, '');
    return status === 200 ? tagsOfDocument(body.toString()) : undefined;
  }

  async function send(method: string, path: string, headers: Record<string, string>, body: string | Buffer): Promise<Answered> {
    const answer = await upstream.send(path, { ...headers, authorization }, body, method);
    const passed = Object.entries(answer.headers).filter(([name]) => !NOT_PASSED.test(name));
    return { status: answer.status, headers: Object.fromEntries(passed.map(([name, value]) => [name, String(value)])), body: answer.body };
  }

  function forward(
    request: S3Request,
    { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
  ): Promise<Answered> {
    const { operation, bucket, key, query } = request;
    const parameters = [...query].map(([name, value]) => `${uriEncode(name)}=${uriEncode(limited(name, value))}`).join('&');
    const path = `/${bucket}${key === '' ? '' : `/${uriEncodePath(key)}`}${parameters && `?${parameters}`}`;
    const sent = { ...request.headers, ...headers };
    return send(operation.method, path, body === undefined ? sent : unsummed(sent), body ?? request.body);
  }

  /** The engine's answer, once it is sure that the caller may have it. */
  function reply(request: ServiceRequest, asked: Asked, { status, headers, body }: Answered): ServiceReply {
    const { operation, key } = asked.request;
    const { bucket } = asked;
    if (status === 404 && bucket && TELLS_OF_OBJECT.includes(operation.name)) {
      require(request, { action: 's3:ListBucket', resource: (asked.source?.of ?? bucket).arn, context: {} });
    }
    const opened = operation.name === 'GetObject' || asked.request.headers['x-amz-checksum-mode'] !== undefined;
    const encrypted = opened && status < 300 ? readKey(headers, assembly) : undefined;
    if (encrypted !== undefined && bucket) {
      require(request, onKey('kms:Decrypt', encrypted, bucket, key, assembly));
    }
    const error = status >= 400 ? (/<Code>(.*?)<\/Code>/.exec(body.toString())?.[1] ?? String(status)) : undefined;
    return { status, headers: { ...headers, ...shownEncryption(headers, bucket) }, body, ...(error === undefined ? {} : { error }) };
  }

  /** A permission of which only now is known that it is needed. */
  function require(request: ServiceRequest, check: Check): void {
    const session = sessions.find(request.principal.accessKeyId);
    const message = session ? policies.forSession(session, check) : 'Access Denied';
    if (message !== undefined) {
      throw new AccessDenied({ check, message });
    }
  }

  /** The source of a copy is decrypted, so its key is asked before anything is written. */
  async function openSource(request: ServiceRequest, asked: Asked): Promise<void> {
    const { source } = asked;
    if (!source) {
      return;
    }
    const version = source.version === undefined ? '' : `?versionId=${uriEncode(source.version)}`;
    const { headers } = await send('HEAD', `/${source.bucket}/${uriEncodePath(source.key)}${version}`, {}, '');
    const key = readKey(headers, assembly);
    if (key !== undefined) {
      require(request, onKey('kms:Decrypt', key, source.of, source.key, assembly));
    }
    openUpload(request, asked);
  }

  function copyHeaders({ request, source }: Asked): Record<string, string> {
    return { ...encryptionHeaders(request, assembly), ...(source ? { 'x-amz-copy-source': writeSource(source) } : {}) };
  }

  async function createUpload(request: ServiceRequest, asked: Asked): Promise<ServiceReply> {
    const answer = await forward(asked.request, { headers: encryptionHeaders(asked.request, assembly) });
    const id = /<UploadId>(.*?)<\/UploadId>/.exec(answer.body.toString())?.[1];
    const key = readKey(answer.headers, assembly);
    if (id !== undefined && key !== undefined) {
      uploads.set(id, key);
    }
    return reply(request, asked, answer);
  }

  /** Documented: UploadPart (Amazon S3 API Reference), Permissions: `kms:Decrypt` on the upload's key. */
  function openUpload(request: ServiceRequest, { request: { query, key: object }, bucket }: Asked): void {
    const key = uploads.get(query.get('uploadId') ?? '');
    if (key !== undefined && bucket) {
      require(request, onKey('kms:Decrypt', key, bucket, object, assembly));
    }
  }

  async function completeUpload(request: ServiceRequest, asked: Asked): Promise<ServiceReply> {
    openUpload(request, asked);
    const { bucket, key } = asked.request;
    const { headers, body, status } = await forward(asked.request);
    const location = `https://${bucket}.s3.${region}.amazonaws.com/${uriEncodePath(key)}`;
    const shown = body.toString().replace(/<Location>.*?<\/Location>/s, () => `<Location>${location}</Location>`);
    const { 'content-length': _, ...others } = headers;
    return reply(request, asked, { status, headers: others, body: Buffer.from(shown) });
  }

  /** Members that are denied are reported one by one, and the engine does not see them. */
  async function deleteObjects(request: S3Request, { denied = [] }: Partial<Findings> = {}): Promise<ServiceReply> {
    const { deletions, quiet } = readDeletions(request);
    const arn = buckets.get(request.bucket)?.arn;
    const messageFor = (resource: string, version: string | undefined) =>
      denied.find(({ check }) => check.resource === resource && check.context['s3:versionid'] === version)?.message;
    const judged = deletions.map((deletion) => ({ ...deletion, message: messageFor(`${arn}/${deletion.key}`, deletion.version) }));
    const deniedDeletions = judged.flatMap(({ message, ...deletion }) => (message === undefined ? [] : [{ ...deletion, message }]));
    const allowed = judged.filter(({ message }) => message === undefined);
    const answer = allowed.length === 0 ? undefined : await forward(request, { body: writeDeletions(allowed, quiet) });
    if (answer && answer.status !== 200) {
      return { status: answer.status, headers: answer.headers, body: answer.body, error: String(answer.status) };
    }
    return { status: 200, headers: { 'content-type': 'application/xml' }, body: writeResult(answer?.body.toString(), deniedDeletions) };
  }
}

function mentionsTags(documents: readonly unknown[]): boolean {
  return /s3:existingobjecttag/i.test(JSON.stringify(documents));
}

/** S3 never lists more at once, whatever is asked. */
function limited(name: string, value: string): string {
  return /^max-(keys|uploads|parts)$/.test(name) ? String(Math.min(MOST_AT_ONCE, Number(value))) : value;
}

/** Without the sums of a body that was written anew. */
function unsummed(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(content-md5|x-amz-(sdk-)?checksum-.*)$/.test(name)));
}

/** What is asked is found once, when it is first needed: S3 reports a missing bucket after the signature. */
function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}
