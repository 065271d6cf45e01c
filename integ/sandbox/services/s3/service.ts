import type { S3Client } from '@aws-sdk/client-s3';
import type {
  Assembly,
  Check,
  Clock,
  Endpoint,
  EndpointService,
  Engine,
  Events,
  Findings,
  Functions,
  Principal,
  ServiceReply,
  ServiceRequest,
  Topics,
} from '../../contracts';
import { s3Client } from '../../engines/clients';
import type { Policies } from '../../iam/index';
import type { Sessions } from '../../iam/sessions';
import { attempt } from '../../process/attempt';
import { AccessDenied, ServiceError } from '../../protocol/service-error';
import { createUpstream, scopeOf } from '../../protocol/upstream';
import { uriEncode, uriEncodePath } from '../../protocol/uri';
import { createAssetObjects, ON_ASSETS } from './asset-objects';
import { type Bucket, readBuckets } from './buckets';
import { checksOf, dependsOnTags, type ResolvedRequest } from './checks';
import { createDelivery } from './deliver';
import { readDeletions, readTags, tagsOfDocument, writeDeletions, writeResult, writeTags } from './documents';
import { encryptionHeaders, onKey, readKey, shownEncryption } from './encryption';
import { s3Error } from './errors';
import { openLifecycles } from './lifecycle';
import type { CountRequest } from './metrics';
import { createNotifications } from './notifications';
import { checkLock, shownLock } from './object-lock';
import { readRequest, type S3Request } from './read';
import { type Source, sourceOf, writeSource } from './source';

/** Headers of the engine's responses that are not returned. */
const NOT_PASSED = /^(connection|keep-alive|transfer-encoding|server|date|x-amzn-requestid|access-control-.*|vary)$/;
/** Operations that reveal a missing object only to callers who may list the bucket: "GetObject" (Amazon S3 API Reference), Permissions. */
const REVEALS_OBJECT = ['GetObject', 'HeadObject', 'GetObjectTagging', 'CopyObject', 'UploadPartCopy'];
const MAXIMUM_LISTED = 1000;
const NO_SUCH_UPLOAD =
  'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';

export interface S3Options {
  readonly assembly: Assembly;
  readonly engine: Engine;
  readonly policies: Policies;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly count: CountRequest;
  readonly endpoint: Endpoint;
  /** Functions that receive events; they start after this service. */
  functions(): Functions;
  topics(): Topics;
  events(): Events;
  report(line: string): void;
}

interface EngineReply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/**
 * S3's API, served by MiniStack, which checks neither header signatures nor policies. Buckets can be addressed by path or by host name.
 *
 * The engine receives a request that is rewritten from the parsed one, so that it uses exactly the bucket, key and headers that the
 * policies saw.
 */
export function s3Service(options: S3Options): EndpointService & { close(): Promise<void> } {
  const { assembly, engine, policies, sessions } = options;
  const { account, region } = assembly;
  const own = readBuckets(assembly);
  let client: S3Client | undefined;
  const engineClient = () => {
    client ??= s3Client(engine, assembly);
    return client;
  };
  const assets = createAssetObjects(assembly, engineClient, own);
  const buckets = new Map([...own, ...assets.buckets.map((bucket) => [bucket.name, bucket] as const)]);
  const delivery = createDelivery(options);
  const notifications = createNotifications({ ...options, delivery, sizeOf });
  const lifecycles = openLifecycles({ ...options, client: engineClient });
  const upstream = createUpstream(engine.name, engine.url);
  const authorization = scopeOf('s3', account, region);
  /** The encryption keys of multipart uploads in progress. */
  const uploads = new Map<string, string>();
  /** By role: whether a policy uses the tags of an object. */
  const byTags = new Map<string, boolean>();

  return {
    name: 's3',
    read(request) {
      const read = readRequest(request, region);
      const { name } = read.operation;
      const resolved = once(() => resolve(read));
      return {
        operation: name,
        memberwise: name === 'DeleteObjects',
        checks: async () => checksOf({ ...resolved(), ...(await existingTags(request, resolved())) }, assembly),
        execute: (findings) => counted(request, resolved(), () => execute(request, resolved(), findings)),
      };
    },
    error: s3Error,
    async close() {
      await lifecycles.close();
      upstream.close();
      client?.destroy();
      delivery.close();
    },
  };

  /** Counts a request to a bucket with request metrics. What the policies deny does not come this far. */
  async function counted(
    request: ServiceRequest,
    { bucket, request: read }: ResolvedRequest,
    run: () => Promise<ServiceReply>,
  ): Promise<ServiceReply> {
    if (bucket === undefined || bucket.requestMetrics.length === 0) return run();
    const began = performance.now();
    const count = (reply: ServiceReply) => options.count(bucket, read, request, reply, performance.now() - began);
    try {
      const reply = await run();
      count(reply);
      return reply;
    } catch (error) {
      if (error instanceof ServiceError) count({ status: error.status, headers: {}, body: '' });
      throw error;
    }
  }

  async function execute(request: ServiceRequest, resolved: ResolvedRequest, findings: Findings): Promise<ServiceReply> {
    const { bucket, request: read } = resolved;
    checkLock(read, options.clock.now());
    if (assets.buckets.some(({ name }) => name === bucket?.name)) await loadAsset(read);
    const executed = await executeOn(request, resolved, findings);
    const answer = executed.status < 300 ? lifecycles.shown(read, executed) : executed;
    if (answer.status < 300) lifecycles.happened(read, answer);
    if (bucket && answer.status < 300 && notifications.has(bucket.name)) {
      notifications.happened(bucket, request, read, answer).catch((error: Error) => options.report(`${bucket.name}: ${error.message}`));
    }
    return answer;
  }

  /** Assets are read by providers of the CDK; other operations on their bucket would not see all of them. */
  async function loadAsset(read: S3Request): Promise<void> {
    const { name } = read.operation;
    if (!ON_ASSETS.includes(name)) throw new ServiceError('NotImplemented', `The sandbox does not support ${name} of ${read.bucket}`, 501);
    await assets.load(read);
  }

  async function sizeOf(bucket: string, key: string): Promise<number | undefined> {
    const { headers } = await send('HEAD', `/${bucket}/${uriEncodePath(key)}`, {}, '');
    return headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  }

  async function executeOn(request: ServiceRequest, resolved: ResolvedRequest, findings: Findings): Promise<ServiceReply> {
    const { bucket } = resolved;
    switch (resolved.request.operation.name) {
      case 'GetBucketNotificationConfiguration':
        return notifications.get(bucket as Bucket);
      case 'PutBucketNotificationConfiguration':
        return notifications.put(bucket as Bucket, resolved.request, request.headers['x-amz-skip-destination-validation'] === 'true');
      case 'DeleteObjects':
        return deleteObjects(resolved.request, findings);
      case 'PutObjectTagging':
        return reply(request, resolved, await forward(resolved.request, { body: writeTags(readTags(resolved.request) ?? []) }));
      case 'CopyObject':
      case 'UploadPartCopy':
        await openSource(request, resolved);
        return reply(request, resolved, await forward(resolved.request, { headers: copyHeaders(resolved) }));
      case 'PutObject':
        return reply(request, resolved, await forward(resolved.request, { headers: encryptionHeaders(resolved.request, assembly) }));
      case 'CreateMultipartUpload':
        return createUpload(request, resolved);
      case 'UploadPart':
        openUpload(request, resolved);
        return reply(request, resolved, await forward(resolved.request));
      case 'CompleteMultipartUpload':
        return completeUpload(request, resolved);
      case 'AbortMultipartUpload':
        uploads.delete(resolved.request.query.get('uploadId') ?? '');
        return reply(request, resolved, await forward(resolved.request));
      default:
        return reply(request, resolved, await forward(resolved.request));
    }
  }

  /** Finds the buckets of a request. S3 reports a missing bucket before it checks permissions. */
  function resolve(request: S3Request): ResolvedRequest {
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

  /** Reads the existing tags if a policy uses them. This is the only call to the engine before a request is allowed. */
  async function existingTags(
    request: ServiceRequest,
    { request: { operation, bucket, key, query }, source }: ResolvedRequest,
  ): Promise<Partial<ResolvedRequest>> {
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

  async function send(method: string, path: string, headers: Record<string, string>, body: string | Buffer): Promise<EngineReply> {
    const answer = await upstream.send(path, { ...headers, authorization }, body, method);
    const passed = Object.entries(answer.headers).filter(([name]) => !NOT_PASSED.test(name));
    return { status: answer.status, headers: Object.fromEntries(passed.map(([name, value]) => [name, String(value)])), body: answer.body };
  }

  function forward(
    request: S3Request,
    { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
  ): Promise<EngineReply> {
    const { operation, bucket, key, query } = request;
    const parameters = [...query].map(([name, value]) => `${uriEncode(name)}=${uriEncode(limited(name, value))}`).join('&');
    const path = `/${bucket}${key === '' ? '' : `/${uriEncodePath(key)}`}${parameters && `?${parameters}`}`;
    const sent = { ...request.headers, ...headers };
    return send(operation.method, path, body === undefined ? sent : withoutChecksums(sent), body ?? request.body);
  }

  /** Returns the engine's response, or throws if the caller may not receive it. */
  function reply(request: ServiceRequest, resolved: ResolvedRequest, { status, headers, body }: EngineReply): ServiceReply {
    const { operation, key } = resolved.request;
    const { bucket } = resolved;
    if (status === 404 && bucket && REVEALS_OBJECT.includes(operation.name)) {
      require(request, { action: 's3:ListBucket', resource: (resolved.source?.of ?? bucket).arn, context: {} });
    }
    const opened = operation.name === 'GetObject' || resolved.request.headers['x-amz-checksum-mode'] !== undefined;
    const encrypted = opened && status < 300 ? readKey(headers, assembly) : undefined;
    if (encrypted !== undefined && bucket) {
      require(request, onKey('kms:Decrypt', encrypted, bucket, key, assembly));
    }
    const error = status >= 400 ? (/<Code>(.*?)<\/Code>/.exec(body.toString())?.[1] ?? String(status)) : undefined;
    const shown = bucket ? shownLock(headers, `${bucket.arn}/${key}`, (check) => denial(request, check) === undefined) : headers;
    return { status, headers: { ...shown, ...shownEncryption(headers, bucket) }, body, ...(error === undefined ? {} : { error }) };
  }

  /** Checks a permission whose need is known only from the engine's response. */
  function require(request: ServiceRequest, check: Check): void {
    const message = denial(request, check);
    if (message !== undefined) {
      throw new AccessDenied({ check, message });
    }
  }

  function denial(request: ServiceRequest, check: Check): string | undefined {
    const session = sessions.find(request.principal.accessKeyId);
    return session ? policies.forSession(session, check) : 'Access Denied';
  }

  /** A copy decrypts its source, so the permission for its key is checked before anything is written. */
  async function openSource(request: ServiceRequest, resolved: ResolvedRequest): Promise<void> {
    const { source } = resolved;
    if (!source) {
      return;
    }
    const version = source.version === undefined ? '' : `?versionId=${uriEncode(source.version)}`;
    const { headers } = await send('HEAD', `/${source.bucket}/${uriEncodePath(source.key)}${version}`, {}, '');
    const key = readKey(headers, assembly);
    if (key !== undefined) {
      require(request, onKey('kms:Decrypt', key, source.of, source.key, assembly));
    }
    if (resolved.request.operation.name === 'UploadPartCopy') await findUpload(resolved.request);
    openUpload(request, resolved);
  }

  /** The engine would add the part to any upload. @throws ServiceError if the upload is not of this bucket and key */
  async function findUpload({ bucket, key, query }: S3Request): Promise<void> {
    const id = uriEncode(query.get('uploadId') ?? '');
    const { status } = await send('GET', `/${bucket}/${uriEncodePath(key)}?uploadId=${id}&max-parts=1`, {}, '');
    if (status === 404) throw new ServiceError('NoSuchUpload', NO_SUCH_UPLOAD, 404);
  }

  function copyHeaders({ request, source }: ResolvedRequest): Record<string, string> {
    return { ...encryptionHeaders(request, assembly), ...(source ? { 'x-amz-copy-source': writeSource(source) } : {}) };
  }

  async function createUpload(request: ServiceRequest, resolved: ResolvedRequest): Promise<ServiceReply> {
    const answer = await forward(resolved.request, { headers: encryptionHeaders(resolved.request, assembly) });
    const id = /<UploadId>(.*?)<\/UploadId>/.exec(answer.body.toString())?.[1];
    const key = readKey(answer.headers, assembly);
    if (id !== undefined && key !== undefined) {
      uploads.set(id, key);
    }
    return reply(request, resolved, answer);
  }

  /** Checks `kms:Decrypt` on the upload's key. Documented: UploadPart (Amazon S3 API Reference), Permissions. */
  function openUpload(request: ServiceRequest, { request: { query, key: object }, bucket }: ResolvedRequest): void {
    const key = uploads.get(query.get('uploadId') ?? '');
    if (key !== undefined && bucket) {
      require(request, onKey('kms:Decrypt', key, bucket, object, assembly));
    }
  }

  async function completeUpload(request: ServiceRequest, resolved: ResolvedRequest): Promise<ServiceReply> {
    openUpload(request, resolved);
    const { bucket, key } = resolved.request;
    const { headers, body, status } = await forward(resolved.request);
    const location = `https://${bucket}.s3.${region}.amazonaws.com/${uriEncodePath(key)}`;
    const shown = body.toString().replace(/<Location>.*?<\/Location>/s, () => `<Location>${location}</Location>`);
    const { 'content-length': _, ...others } = headers;
    return reply(request, resolved, { status, headers: others, body: Buffer.from(shown) });
  }

  /** Denied members get an error each, and the engine does not receive them. */
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

/** Limits the size of a page as S3 does. */
function limited(name: string, value: string): string {
  return /^max-(keys|uploads|parts)$/.test(name) ? String(Math.min(MAXIMUM_LISTED, Number(value))) : value;
}

/** Removes the checksum headers of a body that was rewritten. */
function withoutChecksums(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(content-md5|x-amz-(sdk-)?checksum-.*)$/.test(name)));
}

/** Calls a function once, on first use: S3 reports a missing bucket only after it has verified the signature. */
function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}
