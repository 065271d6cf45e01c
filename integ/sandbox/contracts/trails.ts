/** The trails of the assembly. */
export interface Trails {
  /** Delivers what is recorded, without waiting for five minutes. */
  flush(): Promise<void>;
  /** As StopLogging: delivers what is recorded and a last digest, and then nothing more. @throws if no trail of this name records */
  stop(name: string): Promise<void>;
  /** As StartLogging. */
  start(name: string): void;
  /** The public key for signatures of digests, which ListPublicKeys returns on AWS; as PEM. */
  publicKey(): Promise<string>;
  /** Events that were recorded and are not in a file, because CloudTrail may not deliver: by the trail's name. */
  undelivered(): Readonly<Record<string, number>>;
}
