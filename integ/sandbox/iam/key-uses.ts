import { NotYetKnown } from '../assembly/errors';
import type { Assembly, JsonObject, Resource } from '../contracts';

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

/** Reads the key that a resource names. */
export type KeyReader = (resource: Resource, properties: JsonObject) => Pick<KeyUse, 'property' | 'context'> & { readonly key: unknown };

/** Every resource of a type that names a key of a customer. What a custom resource has yet to say is not looked at. */
export function keyUsesOf(assembly: Assembly, type: string, user: KeyUser, read: KeyReader): KeyUse[] {
  return assembly.ofType(type).flatMap((resource) => {
    try {
      const { key, ...use } = read(resource, assembly.properties(resource));
      return typeof key !== 'string' || /(^|:)alias\/aws\//.test(key) ? [] : [{ ...use, resource, key, user }];
    } catch (error) {
      if (error instanceof NotYetKnown) return [];
      throw error;
    }
  });
}
