import type { Json } from '../../../contracts';
import type { Frame } from '../model';

/** What a Task state calls. */
export interface Integration {
  /** As in the history: `lambda`, `dynamodb`, `aws-sdk:s3`, `http`. */
  readonly resourceType: string;
  /** `invoke`, `putItem`. */
  readonly resource: string;
  /** The function, if the state's resource is one: its history has other events. */
  readonly functionArn?: string;
  /** The error of a call whose connection was lost. */
  readonly lost: string;
  /** Whether it starts a job and waits for its end. */
  readonly waits?: true;
  /** @throws TaskFailure */
  run(given: Json, frame: Frame): Promise<Json>;
}

/** Returns undefined for other resources. @throws NotSupported */
export type ReadIntegration = (resource: string, where: string) => Integration | undefined;
