import type { Resource } from '../contracts';
import { isAwsManagedKey } from './keys';

/** How a service uses customer managed keys. */
export interface KeyUser {
  /** The name in `kms:ViaService`: `sqs`. */
  readonly service: string;
  /** The KMS actions that it needs. */
  readonly actions: readonly string[];
  /** Whether the service itself or its caller needs the permission. */
  readonly principal: 'service' | 'caller';
  /** When the permission is checked. If it is checked at use, the deployment succeeds and each use fails. */
  readonly checked: 'at deployment' | 'at use';
  /** The service's message about a key that it may not use. */
  readonly message: (use: KeyUse) => string;
  /** The pattern of `KmsKeyId`, for services that accept neither an id nor a name. */
  readonly format?: RegExp;
}

/**
 * A service that writes objects to S3 with the permissions of its caller.
 *
 * @param consequence what happens if no role may use the key: `each upload fails`
 */
export const writesObjects = (consequence: string): KeyUser => ({
  service: 's3',
  actions: ['kms:GenerateDataKey'],
  principal: 'caller',
  checked: 'at use',
  message: () => `no role of this assembly may use the key through S3, so that ${consequence}`,
});

/** A place in a template that names a key. */
export interface KeyUse {
  readonly resource: Resource;
  readonly property: string;
  readonly user: KeyUser;
  /** As in the template: an id, an ARN or an alias. */
  readonly key: string;
  /** The encryption context of the service's requests. */
  readonly context: Readonly<Record<string, string>>;
}

/** A resource, with the key that it names, if any. */
export type KeyPlace = Pick<KeyUse, 'resource' | 'property' | 'context'> & { readonly key: unknown };

/** The places that name a customer managed key. */
export function keyUsesOf(user: KeyUser, places: readonly KeyPlace[]): KeyUse[] {
  return places.flatMap(({ key, ...place }) => (typeof key !== 'string' || isAwsManagedKey(key) ? [] : [{ ...place, key, user }]));
}
