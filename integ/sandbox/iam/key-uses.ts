import type { Resource } from '../contracts';
import { isAwsManagedKey } from './keys';

/** How a service uses keys of customers. */
export interface KeyUser {
  /** As in `kms:ViaService`: `sqs`. */
  readonly service: string;
  /** What it asks of a key. */
  readonly actions: readonly string[];
  /** In its own name, or in the name of its caller. */
  readonly asks: 'itself' | 'for its caller';
  /** When it asks: keys that are asked at use are deployed, and then each use fails. */
  readonly asked: 'at deployment' | 'at use';
  /** The service's own message about a key that it may not use. */
  readonly message: (use: KeyUse) => string;
  /** What a `KmsKeyId` must look like, where the service takes no id and no name. */
  readonly format?: RegExp;
}

/** A place of a template that names a key. */
export interface KeyUse {
  readonly resource: Resource;
  readonly property: string;
  readonly user: KeyUser;
  /** As the template has it: an id, an ARN or an alias. */
  readonly key: string;
  /** What the service encrypts for, in the encryption context of its requests. */
  readonly context: Readonly<Record<string, string>>;
}

/** A resource of a service with the key that it names, if it names one. */
export type KeyPlace = Pick<KeyUse, 'resource' | 'property' | 'context'> & { readonly key: unknown };

/** The places that name a key of a customer. */
export function keyUsesOf(user: KeyUser, places: readonly KeyPlace[]): KeyUse[] {
  return places.flatMap(({ key, ...place }) => (typeof key !== 'string' || isAwsManagedKey(key) ? [] : [{ ...place, key, user }]));
}
