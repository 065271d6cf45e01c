export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since the epoch. */
  readonly expiration?: number;
}

/** The caller, found by the access key of the signature. */
export interface Principal {
  /** `arn:aws:sts::…:assumed-role/…`, or the root of the account for the administrator of the sandbox. */
  readonly arn: string;
  readonly roleArn?: string;
  /** Session tags of AssumeRole. */
  readonly tags: Readonly<Record<string, string>>;
  readonly accessKeyId: string;
}

/** A request to the endpoint. */
export interface ServiceRequest {
  /** From the credential scope of the signature: `dynamodb`, `sqs`, `sts`, `lambda`, `states`, … */
  readonly service: string;
  readonly principal: Principal;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ServiceReply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer | string;
  /** For the call log: the error's code, and the write units that the service reported. */
  readonly error?: string;
  readonly writeUnits?: number;
}

/**
 * A request of a service of the sandbox itself. It has the credentials that the endpoint gave the service, while a client's request only
 * has a signature.
 */
export interface OwnRequest extends Pick<ServiceRequest, 'service' | 'method' | 'url' | 'headers' | 'body'> {
  readonly credentials: Credentials;
  readonly region: string;
}

/** One permission to check against the policies of the template. */
export interface Check {
  /** `dynamodb:PutItem` */
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  /** Condition keys that the service sets. An absent key is missing, not empty. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** A check that the policies denied, with AWS's message. */
export interface Denial {
  readonly check: Check;
  readonly message: string;
}

/** A denial with its caller: the ARN of the role or of the account's root, or the name of a service. */
export interface DenialNotice extends Denial {
  readonly principal: string;
}

/** The denials and faults that the endpoint found, for a service that answers each member of a batch separately. */
export interface Findings {
  readonly denied: readonly Denial[];
  readonly faults: readonly Fault[];
}

/** One service at the endpoint. */
export interface EndpointService {
  readonly name: string;
  /** Whether a call needs no signature, as for clients of a user pool. No policy is evaluated then, and `checks` is empty. */
  unsigned?(request: ServiceRequest): boolean;
  /** Reads a request once. Throws a `ServiceError` if it is invalid. */
  read(request: ServiceRequest): ServiceCall;
  /** An error in the service's own format: `AccessDeniedException` for DynamoDB, `AccessDenied` for STS, … */
  error(request: ServiceRequest, code: string, message: string, status: number): ServiceReply;
  /** The reply to a denied check, if it differs from the service's usual `AccessDeniedException`, as for permissions on a key. */
  denied?(request: ServiceRequest, denial: Denial): ServiceReply;
}

/** A request after it was read. */
export interface ServiceCall {
  /** The operation's name as in the service's documentation, for the call log and for faults. */
  readonly operation: string;
  /** Whether each member of a batch is answered separately. The call is then not denied as a whole, and `execute` gets the findings. */
  readonly memberwise?: boolean;
  /** All permissions that the call needs, including implied ones (KMS for an encrypted queue). */
  checks(): readonly Check[] | Promise<readonly Check[]>;
  execute(findings: Findings): Promise<ServiceReply> | ServiceReply;
}

/** One call through the endpoint, recorded after its response. */
export interface Call {
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly principal: string;
  /** Differs for each session of a role. Empty for a caller that is not known. */
  readonly accessKeyId: string;
  /** What the call needs permission for, with the condition keys: the leading keys of a call to a table, for example. */
  readonly checks: readonly Check[];
  /** The resources of these checks, without repetitions. */
  readonly resources: readonly string[];
  readonly status: number;
  /** The error's code if it was rejected or failed. */
  readonly error?: string;
  /** The denied check, if the policies denied the call. */
  readonly denied?: Check;
  /** The injected faults that applied to this call. */
  readonly faults: readonly Fault[];
  readonly milliseconds: number;
  /** The sum of ConsumedCapacity, if the service reports it. */
  readonly writeUnits?: number;
}

/** A failure that the endpoint returns instead of, or after, the engine's response. */
export interface Fault {
  readonly service: string;
  readonly operation: string;
  /** The role of the callers whose calls match, as an ARN. @default - any caller */
  readonly roleArn?: string;
  /** The matching calls that fail, counted from 1; undefined means all. */
  readonly calls?: readonly number[];
  /**
   * A whole-call error; or, for BatchExecuteStatement and PutRecordBatch, an error of single statements or records (indexes from 0) that then
   * are not executed.
   */
  readonly code: string;
  readonly message?: string;
  readonly status?: number;
  readonly statements?: readonly number[];
  /** The engine executes the call, but the connection is closed before the response. */
  readonly afterwards?: boolean;
}

/** Who asks for a permission: a service or another account, which resource policies must allow, or a role. */
export type DenialCaller =
  | { readonly service: string; readonly sourceArn?: string }
  | { readonly account: string }
  | { readonly roleArn: string };

export interface Endpoint {
  readonly url: string;
  register(service: EndpointService): void;
  /**
   * Credentials for a service that assumes a role: the role's trust policy is evaluated for the service principal, with `aws:SourceArn` if
   * the service sets it. Throws with the message of AWS if the service is not trusted.
   *
   * @param context condition keys of every request with the credentials, such as `lambda:SourceFunctionArn`
   */
  assumeAsService(roleArn: string, service: string, sessionName: string, sourceArn?: string, context?: Check['context']): Credentials;
  /**
   * A call without HTTP and signature. It is authorized, delayed, executed and recorded like any other call, and faults apply. Rejects if
   * the response is lost, and for invalid HTTP headers.
   */
  call(request: OwnRequest): Promise<Pick<ServiceReply, 'status' | 'headers' | 'body'>>;
  /** Credentials with all permissions, for provisioning and for the user's shell. */
  administrator(): Credentials;
  /** Evaluates the policies for a caller. Returns undefined if allowed, or else the message of AWS. */
  denial(caller: DenialCaller, check: Check): string | undefined;
  /** The request is not kept with the call: a listener reads what it needs of it at once. */
  onCall(listener: (call: Call, request: ServiceRequest) => void): () => void;
  /** Called with every denial: of calls, of `denial`, and of `assumeAsService`. */
  onDenial(listener: (denial: DenialNotice) => void): () => void;
  inject(fault: Fault): () => void;
  /** Delays each call of a service, to simulate the latency of AWS. */
  delay(service: string, milliseconds: number): void;
  close(): Promise<void>;
}
