/** The trails of the assembly. */
export interface Trails {
  /** Delivers what is recorded, without waiting for five minutes. */
  flush(): Promise<void>;
  /** The public key for signatures of digests, which ListPublicKeys returns on AWS; as PEM. */
  publicKey(): Promise<string>;
  /** Events that were recorded and are not in a file, because CloudTrail may not deliver: by the trail's name. */
  undelivered(): Readonly<Record<string, number>>;
}
