import type { Invocation, Json, JsonObject } from '../../../contracts';

/** What integrations call, as the role of the state machine. */
export interface Services {
  readonly region: string;
  /** Why the role may not do something; undefined if it may. */
  denial(action: string, resource: string): string | undefined;
  /** @throws TaskFailure if the role may not invoke it */
  invoke(functionArn: string, input: Json): Promise<Invocation>;
  /**
   * Calls an operation with the AWS SDK.
   *
   * @param service as in `aws-sdk:<service>`
   * @throws SdkFailure
   */
  call(service: string, action: string, parameters: JsonObject): Promise<JsonObject>;
  /**
   * Calls an HTTPS API with a connection of EventBridge.
   *
   * @throws TaskFailure
   */
  http(parameters: JsonObject, stateMachineArn: string): Promise<JsonObject>;
}

/** An error that a service returned, or a call that did not reach it. */
export class SdkFailure extends Error {
  /** @param code the code of the service; undefined if the call did not reach it */
  constructor(
    readonly code: string | undefined,
    /** Whether the service documents this error for the operation. */
    readonly modelled: boolean,
    message: string,
    readonly status: number,
    readonly requestId: string,
  ) {
    super(message);
  }
}
