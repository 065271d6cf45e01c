/**
 * The interfaces between the services of the sandbox. Types only: a service may import this file and its own folder, `sandbox.ts` wires
 * them. The only input is a cloud assembly; nothing here knows the constructs that made it.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

// ------------------------------------------------------------------------------------------------ HTTP

/** A header or a query parameter as it was sent. */
export type HttpPair = readonly [name: string, value: string];

/** A request for a stage. */
export interface HttpRequest {
  readonly method: string;
  /** Path within the stage, as it was sent. */
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** The query string as it was sent, without its question mark. */
  readonly rawQuery: string;
  /** In the order and the case in which they were sent. */
  readonly headers: readonly HttpPair[];
  /** UTF-8: without binary media types API Gateway handles every payload as text. */
  readonly body: string;
  readonly sourceIp: string;
  readonly protocol: string;
}

/** An answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly HttpPair[];
  readonly body: string;
}

// ------------------------------------------------------------------------------------------------ assembly

/** One resource of one template whose condition holds, with its intrinsic functions still in place. */
export interface Resource {
  /** `<stack>.<logicalId>`, unique in the assembly. */
  readonly id: string;
  /** The stack's name; a nested stack is `<parent>.<logicalId of AWS::CloudFormation::Stack>`. */
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** `aws:cdk:path`, for people. */
  readonly path?: string;
  readonly properties: JsonObject;
  readonly metadata: JsonObject;
  /** Ids of resources. */
  readonly dependsOn: readonly string[];
}

/** A cloud assembly as one graph. Account and region are the sandbox's own where the stack is environment-agnostic. */
export interface Assembly {
  readonly directory: string;
  readonly account: string;
  readonly region: string;
  readonly partition: 'aws';
  readonly stacks: readonly string[];
  readonly resources: readonly Resource[];
  ofType(type: string): Resource[];
  find(id: string): Resource | undefined;
  /** The resource whose `Arn` attribute (or Ref, for types whose Ref is an ARN) is this. */
  byArn(arn: string): Resource | undefined;
  /** The properties with every intrinsic function resolved to a local value. */
  properties(resource: Resource): JsonObject;
  /**
   * What a service makes of a resource, read once, so that validation, provisioning and endpoint share it; read again only when an attribute
   * has become known that may be part of it.
   *
   * @throws NotYetKnown while a custom resource has yet to say what it needs
   */
  read<T>(resource: Resource, reader: ResourceReader<T>): T;
  /** Any expression, resolved in the context of a stack. */
  resolve(stack: string, expression: Json): Json;
  ref(resource: Resource): string;
  attribute(resource: Resource, name: string): string;
  /** What is known only once a thing runs: the data of a custom resource, the label of a stream; the name `Ref` stands for its Ref. */
  setAttribute(resource: Resource, name: string, value: string): void;
  /** Resources in an order in which each comes after what it refers to; none that is left out. */
  inOrder(): Resource[];
  /** Takes a resource out of the run: no service finds it any more, and what refers to it still gets the name that it would have. */
  leaveOut(resource: Resource, reason: string): void;
  /** What was left out, each with its reason, in that order. */
  readonly leftOut: ReadonlyMap<Resource, string>;
  /** Why nothing is at an ARN: the resource there, or the one that it belongs to (an index, an object, a version), is left out. */
  whyLeftOut(arn: string): string | undefined;
  /** Whether a resource is made only after another one: by references, `DependsOn`, or because its stack is deployed after the other's. */
  waitsFor(resource: Resource, other: Resource): boolean;
  /** The local file or directory of an asset that a template names by bucket and key. */
  asset(bucket: string, key: string): string;
  /** Values made up so far for types that no service knows: `Stack.Function.Environment.Variables.HOST: AWS::X::Y.Endpoint`. */
  placeholders(): readonly string[];
  /** The stack's outputs, resolved. */
  outputs(stack: string): Record<string, Json>;
}

/** Reads one resource into the value that its service works with. */
export type ResourceReader<T> = (assembly: Assembly, resource: Resource) => T;

// ------------------------------------------------------------------------------------------------ what a service knows

/**
 * - runs: a real engine or runtime on this machine does it;
 * - evaluated: the sandbox decides by it (policies, permissions), no engine needed;
 * - template only: it is in the template and tests look at it there, nothing here acts on it;
 * - AWS only: only an account can show it.
 */
export type Support = 'runs' | 'evaluated' | 'template only' | 'AWS only';

/**
 * Support of a property, with the reason where it differs from the type's: `'runs'` or `'template only: the engine has no tags'`. In a reason
 * `{value}` is the property's value.
 */
export type PropertySupport = Support | `${'template only' | 'AWS only'}: ${string}`;

/** What `ref` and `attributes` may use: names are made before anything runs, so that resolution is a pure function. */
export interface Identity {
  readonly account: string;
  readonly region: string;
  /** The stack's name as CloudFormation has it: a nested stack's is made from its parent's, with hyphens. */
  readonly stack: string;
  readonly logicalId: string;
  /** The value of a property where it is given, else a name made as CloudFormation makes it: `<stack>-<logicalId>-<suffix>`. */
  name(property: string, maximumLength?: number): string;
  /** A stable token of lower-case letters and digits, as services make for ids. */
  token(length: number): string;
  /** A property, resolved. */
  property(name: string): Json | undefined;
}

/** What a service knows of one resource type. A service exports an array of these as `types`. */
export interface ResourceType {
  /** An exact type, or a family with a trailing star: `Custom::*`. The exact one, then the longest family, is used. */
  readonly type: string;
  readonly support: Support;
  /** One clause for the coverage: which engine runs it, or what only AWS can show. */
  readonly reason: string;
  /**
   * Every property that is supported, nested ones with dots (`StreamSpecification.StreamViewType`). Where a dotted name exists,
   * all properties beside it must be listed too; without one the whole value is covered by its own name
   * (beside dotted names, its own name stands for a value that is no object, such as JSON text). A property of a resource
   * that is said to run or to be evaluated and is not listed stops the sandbox: `AWS::X::Y.Property is not supported`.
   * The name `*` (or `A.B.*`) stands for every property there that is not listed.
   */
  readonly properties: Readonly<Record<string, PropertySupport>>;
  ref(of: Identity): string;
  readonly attributes?: Readonly<Record<string, (of: Identity) => string>>;
  /**
   * What templates read of its resources at deployment, by the service that a dynamic reference names (`ssm` of `{{resolve:ssm:name}}`), or
   * by the type of a parameter (`AWS::SSM::Parameter::Value` of `AWS::SSM::Parameter::Value<String>`).
   */
  readonly dynamicReferences?: Readonly<Record<string, DynamicReferenceReader>>;
}

/** A place of a template that reads a value at deployment. */
export interface DynamicReference {
  /** What follows the service, `name:1`, or the value of the parameter. */
  readonly key: string;
  /** For errors: `Stack.Function.Environment.Variables.NAME`. */
  readonly at: string;
  /** As CloudFormation names it: `AWS::Lambda::Function/Properties/Environment/Variables/NAME`; an element of a list is `*`. */
  readonly place: string;
}

/** The value that a dynamic reference stands for. @throws AssemblyError where CloudFormation would reject it, or nothing here has the value */
export type DynamicReferenceReader = (reference: DynamicReference, resources: readonly Identity[]) => Json;

/** What became of one resource. */
export interface CoverageEntry {
  readonly resource: Resource;
  /** False for a type that no service knows; its support is then `AWS only`. */
  readonly supported: boolean;
  readonly support: Support;
  readonly reason: string;
  /** Why it does not run here although its type does. */
  readonly leftOut?: string;
  /** What of it is not supported, by name. */
  readonly problems: readonly string[];
  /** Properties whose support is lower than the resource's, with the reason. */
  readonly exceptions: readonly { readonly property: string; readonly support: Support; readonly reason: string }[];
}

export interface Coverage {
  readonly entries: readonly CoverageEntry[];
  /** `AWS::X::Y is not supported (Stack.Id)` and `AWS::X::Y.Property is not supported (Stack.Id)`. */
  readonly problems: readonly string[];
  /** Values that do not run here of resources that do, one line each. */
  readonly leftOut?: readonly string[];
}

/** Why a resource cannot run here, in one line that names it. */
export interface Problem {
  readonly resource: Resource;
  readonly message: string;
}

// ------------------------------------------------------------------------------------------------ clock

/** The one clock for waits, windows, visibility, schedules and TTL. With a speed of 10, ten seconds of the system pass in one. */
export interface Clock {
  readonly speed: number;
  /** Milliseconds since the epoch, in the system's time. */
  now(): number;
  /** Waits in the system's time; rejects with the signal's reason when it aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** How long a span of the system's time lasts on this machine, in milliseconds. */
  real(milliseconds: number): number;
}

// ------------------------------------------------------------------------------------------------ engines

export interface Engine {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** The engines of one run, on free ports of 127.0.0.1. Tables and queues of the assembly are made by `provision`. */
export interface Engines {
  readonly dynamodb: Engine;
  /** MiniStack: SQS, S3, Cognito and Secrets Manager. */
  readonly ministack: Engine;
  close(): Promise<void>;
}

// ------------------------------------------------------------------------------------------------ endpoint

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since the epoch. */
  readonly expiration?: number;
}

/** Who calls: found by the access key of the signature. */
export interface Principal {
  /** `arn:aws:sts::…:assumed-role/…`, or the root of the account for the administrator of the sandbox. */
  readonly arn: string;
  readonly roleArn?: string;
  /** Session tags of AssumeRole. */
  readonly tags: Readonly<Record<string, string>>;
  readonly accessKeyId: string;
}

/** A request as it came to the endpoint. */
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
 * A request of a service of the sandbox itself. It carries the credentials that the endpoint gave the service, where a client has only a
 * signature that was made with them.
 */
export interface OwnRequest extends Pick<ServiceRequest, 'service' | 'method' | 'url' | 'headers' | 'body'> {
  readonly credentials: Credentials;
  readonly region: string;
}

/** One question to the policies of the template. */
export interface Check {
  /** `dynamodb:PutItem` */
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  /** Condition keys that the service sets; an absent key is absent, not empty. */
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

/** What the endpoint found out before it asks a service that answers for single members of a batch. */
export interface Findings {
  readonly denied: readonly Denial[];
  readonly faults: readonly Fault[];
}

/** How the endpoint speaks one service. */
export interface EndpointService {
  readonly name: string;
  /** True where a caller needs no signature, as clients of a user pool: then no policy is asked, and `checks` has nothing. */
  unsigned?(request: ServiceRequest): boolean;
  /** Reads a request once; throws a `ServiceError` for one that cannot be read. */
  read(request: ServiceRequest): ServiceCall;
  /** The service's own shape of an error: `AccessDeniedException` for DynamoDB, `AccessDenied` for STS, … */
  error(request: ServiceRequest, code: string, message: string, status: number): ServiceReply;
  /** The reply to a denied check where it is not the service's plain `AccessDeniedException`, as for a key's permission. */
  denied?(request: ServiceRequest, denial: Denial): ServiceReply;
}

/** A request that was read. */
export interface ServiceCall {
  /** The operation's name as the service's documentation has it, for the call log and for faults. */
  readonly operation: string;
  /** Denied or failing members of a batch are answered singly: nothing is denied as a whole, `execute` gets the findings. */
  readonly memberwise?: boolean;
  /** Everything that must be allowed, implied permissions (KMS of an encrypted queue) included. */
  checks(): readonly Check[] | Promise<readonly Check[]>;
  execute(findings: Findings): Promise<ServiceReply> | ServiceReply;
}

/** One call that came through the endpoint, after it was answered. */
export interface Call {
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly principal: string;
  readonly resources: readonly string[];
  readonly status: number;
  /** The error's code when it was rejected or failed. */
  readonly error?: string;
  /** The check that was denied, when the policies denied it. */
  readonly denied?: Check;
  /** The injected faults that this call met. */
  readonly faults: readonly Fault[];
  readonly milliseconds: number;
  /** Sum of ConsumedCapacity where the service reports it. */
  readonly writeUnits?: number;
}

/** A failure that the endpoint answers instead of, or after, the engine. */
export interface Fault {
  readonly service: string;
  readonly operation: string;
  /** The n-th matching calls that fail, from 1; all of them when absent. */
  readonly calls?: readonly number[];
  /** A whole-call error; or, for BatchExecuteStatement, an error of single statements (indexes from 0) that then are not executed. */
  readonly code: string;
  readonly message?: string;
  readonly status?: number;
  readonly statements?: readonly number[];
  /** The engine does it, and the answer is lost: the caller's connection is cut. */
  readonly afterwards?: boolean;
}

export interface Endpoint {
  readonly url: string;
  register(service: EndpointService): void;
  /**
   * Credentials for a role as a service gets them: the role's trust policy is evaluated for the service principal, with
   * `aws:SourceArn` where the service sets it. Throws with AWS's message when it is not trusted.
   */
  assumeAsService(roleArn: string, service: string, sessionName: string, sourceArn?: string): Credentials;
  /**
   * A call as over HTTP, but for the signature: authorized, failed, delayed, executed and recorded as any other. Rejects where the answer is
   * lost, and for headers that HTTP could not carry.
   */
  call(request: OwnRequest): Promise<Pick<ServiceReply, 'status' | 'headers' | 'body'>>;
  /** Credentials that may do everything, for provisioning and for a person's shell. */
  administrator(): Credentials;
  /** Asks the policies for a caller that is a service (resource policies) or a role; undefined when allowed, else AWS's message. */
  denial(caller: { service: string; sourceArn?: string } | { roleArn: string }, check: Check): string | undefined;
  onCall(listener: (call: Call) => void): () => void;
  /** Told of every denial: of calls, of `denial`, and of `assumeAsService`. */
  onDenial(listener: (denial: DenialNotice) => void): () => void;
  inject(fault: Fault): () => void;
  /** Adds to each call of a service what a call costs on AWS. */
  delay(service: string, milliseconds: number): void;
  close(): Promise<void>;
}

// ------------------------------------------------------------------------------------------------ functions

export interface LogLine {
  readonly at: number;
  readonly group: string;
  readonly stream: string;
  readonly message: string;
}

/** Where everything that runs puts its log lines. */
export interface LogSink {
  write(line: LogLine): void;
  /** Lines of a group, oldest first. */
  lines(group: string): readonly LogLine[];
  onLine(listener: (line: LogLine) => void): () => void;
}

export interface Invocation {
  readonly requestId: string;
  /** What the function returned, or the error object that the runtime reports. */
  readonly payload: Json;
  readonly functionError?: 'Unhandled';
  readonly milliseconds: number;
}

export interface Functions {
  /** Runs the function from its asset in a child process, with its role's credentials, environment, timeout and memory. */
  invoke(functionArn: string, event: Json): Promise<Invocation>;
  /** Invokes asynchronously: a failed event is tried twice more, after one minute and after two, and then dropped. */
  invokeLater(functionArn: string, event: Json): void;
  /** Starts the event source mappings of the assembly; each polls with the function's role. */
  startEventSources(): Promise<void>;
  /** Stops polling for a function, as a disabled mapping does; batches under way are finished. */
  pauseEventSources(functionArn: string): Promise<void>;
  resumeEventSources(functionArn: string): void;
  /** Leads what functions send to a host name (an API's, say) to an origin on this machine, `http://127.0.0.1:port`. */
  forward(host: string, origin: string): void;
  /** Ends the execution environments of a function at once, as a lost host would; returns how many were in the middle of an event. */
  kill(functionArn: string): number;
  close(): Promise<void>;
}

// ------------------------------------------------------------------------------------------------ gateway

export interface DeployedApi {
  readonly restApiId: string;
  readonly stage: string;
  /** `http://127.0.0.1:port/stage` */
  readonly url: string;
  /** `https://<id>.execute-api.<region>.amazonaws.com/<stage>`, as outputs of the template have it. */
  readonly publicUrl: string;
}

export interface RestApis {
  readonly apis: readonly DeployedApi[];
  close(): Promise<void>;
}

// ------------------------------------------------------------------------------------------------ web ACLs

/** What a web ACL decides on a request. */
export interface Inspection {
  readonly arn: string;
  readonly blocked: boolean;
  /** The web ACL's own answer to a blocked request; without it the protected service answers. */
  readonly answer?: HttpAnswer;
  /** Headers that the request goes on with. */
  readonly inserted: readonly HttpPair[];
}

/** The web ACLs of the assembly, asked by what stands behind them. */
export interface WebAcls {
  /** Asks the web ACL of a resource; undefined where there is none. `uri` is the whole path, `/prod/visits`. */
  inspect(resourceArn: string, uri: string, request: HttpRequest, now: number): Inspection | undefined;
}

// ------------------------------------------------------------------------------------------------ users

/** One Cognito user pool of the assembly. */
export interface RunningUserPool {
  readonly userPoolId: string;
  /** `iss` of its tokens: `https://cognito-idp.<region>.amazonaws.com/<id>`. */
  readonly issuer: string;
  /** Ids of its app clients. */
  readonly clientIds: readonly string[];
  /** `http://127.0.0.1:port`: what the pool's domain and its issuer serve, `/oauth2/authorize`, `/login`, `/oauth2/token` and the JWKS. */
  readonly url: string;
}

/** The user pools of the assembly. Their administration and the calls of clients come through the endpoint, as `cognito-idp`. */
export interface UserPools {
  readonly pools: readonly RunningUserPool[];
  close(): Promise<void>;
}

// ------------------------------------------------------------------------------------------------ sandbox

export interface SandboxOptions {
  /** @default 1 */
  readonly speed?: number;
  /**
   * Reject an assembly with a type that is not known at all, with a value that cannot be run, or with a custom resource that fails; else
   * they are said, and left out.
   *
   * @default false
   */
  readonly strict?: boolean;
  /**
   * Play an account and Region in which nothing has been set up: what other deployments or administrators would have made (API Gateway's log role) is
   * there only where the assembly makes it, and before it is needed.
   *
   * @default false
   */
  readonly freshAccount?: boolean;
  /**
   * Which custom resources are run at the start, before the gateway is up. Assertions of an integration test want the whole system: who
   * runs them does so afterwards.
   *
   * @default all but `Custom::DeployAssert@…`
   */
  readonly customResources?: (resource: Resource) => boolean;
  /**
   * How values stand in the access logs of APIs: escaped as people have seen it on AWS, or raw, for what must hold without that too.
   *
   * @default 'escaped'
   */
  readonly accessLog?: 'escaped' | 'raw';
  /**
   * Hosts outside of this machine that HTTP integrations and functions may call, each with the server that answers for it: `{ 'https://api.example.com':
   * 'http://127.0.0.1:8080' }`. A host that leads to itself is called itself.
   *
   * @default nothing leaves this machine
   */
  readonly map?: Readonly<Record<string, string>>;
  /**
   * The port of the endpoint; APIs have those that follow, and user pools those from the fiftieth on.
   *
   * @default free ones
   */
  readonly port?: number;
  /**
   * What happens where such a port is taken.
   *
   * @default 'fail'
   */
  readonly portTaken?: 'fail' | 'another';
  /** Progress, for people. */
  readonly report?: (line: string) => void;
  /** Called for every log line, those of custom resources at the start included. */
  readonly onLog?: (line: LogLine) => void;
}

export interface Sandbox {
  readonly assembly: Assembly;
  readonly coverage: Coverage;
  readonly clock: Clock;
  readonly engines: Engines;
  readonly endpoint: Endpoint;
  readonly logs: LogSink;
  readonly functions: Functions;
  readonly userPools: UserPools;
  readonly restApis: RestApis;
  close(): Promise<void>;
}
