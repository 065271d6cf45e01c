/**
 * The interfaces between the services of the sandbox. Types only: a service may import this file and its own folder, and `sandbox.ts`
 * connects them. The only input is a cloud assembly; nothing here depends on the constructs that created it.
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

/** A response. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: readonly HttpPair[];
  readonly body: string;
}

// ------------------------------------------------------------------------------------------------ assembly

/** One resource of a template whose condition is true, with unresolved intrinsic functions. */
export interface Resource {
  /** `<stack>.<logicalId>`, unique in the assembly. */
  readonly id: string;
  /** The stack's name; a nested stack is `<parent>.<logicalId of AWS::CloudFormation::Stack>`. */
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** `aws:cdk:path`, for output. */
  readonly path?: string;
  readonly properties: JsonObject;
  readonly metadata: JsonObject;
  /** Ids of resources. */
  readonly dependsOn: readonly string[];
}

/** A cloud assembly as one graph. Environment-agnostic stacks get the sandbox's account and Region. */
export interface Assembly {
  readonly directory: string;
  readonly account: string;
  readonly region: string;
  readonly partition: 'aws';
  readonly stacks: readonly string[];
  readonly resources: readonly Resource[];
  ofType(type: string): Resource[];
  find(id: string): Resource | undefined;
  /** Finds a resource by its ARN: its `Arn` attribute, or its Ref for types whose Ref is an ARN. */
  byArn(arn: string): Resource | undefined;
  /** The properties with every intrinsic function resolved to a local value. */
  properties(resource: Resource): JsonObject;
  /**
   * A resource as its service reads it. It is read once, so that validation, provisioning and endpoint share the value. It is read again
   * only if it may contain an attribute that has become known since.
   *
   * @throws NotYetKnown until the custom resource that it refers to has run
   */
  read<T>(resource: Resource, reader: ResourceReader<T>): T;
  /** Any expression, resolved in the context of a stack. */
  resolve(stack: string, expression: Json): Json;
  ref(resource: Resource): string;
  attribute(resource: Resource, name: string): string;
  /** Sets values that are known only at run time: the data of a custom resource, the label of a stream. The name `Ref` sets its Ref. */
  setAttribute(resource: Resource, name: string, value: string): void;
  /** Resources in dependency order, without those that are left out. */
  inOrder(): Resource[];
  /** Removes a resource from the run: services no longer find it, but references still resolve to the name that it would have. */
  leaveOut(resource: Resource, reason: string): void;
  /** The resources that are left out with their reasons, in the order in which they were left out. */
  readonly leftOut: ReadonlyMap<Resource, string>;
  /** Why an ARN has no resource: the resource, or its parent (of an index, an object, a version), is left out. */
  whyLeftOut(arn: string): string | undefined;
  /** Whether a resource is created after another one, because of references, `DependsOn`, or the order of stacks. */
  waitsFor(resource: Resource, other: Resource): boolean;
  /** The local file or directory of an asset, by bucket and key. */
  asset(bucket: string, key: string): string;
  /** The local files and directories of all assets, by `<bucket>/<key>`. */
  assets(): ReadonlyMap<string, string>;
  /** How the image of a URI in a repository is built; undefined if it is no asset of the assembly. */
  imageAsset(uri: string): ImageAsset | undefined;
  /** Placeholder values used so far for unsupported types: `Stack.Function.Environment.Variables.HOST: AWS::X::Y.Endpoint`. */
  placeholders(): readonly string[];
  /** The stack's outputs, resolved. */
  outputs(stack: string): Record<string, Json>;
}

/** A container image that is built from a folder of the assembly. */
export interface ImageAsset {
  readonly folder: string;
  /** Relative to the folder. */
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target?: string;
  /** What a deployment would do and the sandbox does not: secrets of a build, a program instead of a Dockerfile, … */
  readonly unsupported: readonly string[];
}

/** Reads one resource into the typed value of its service. */
export type ResourceReader<T> = (assembly: Assembly, resource: Resource) => T;

// ------------------------------------------------------------------------------------------------ resource types of a service

/**
 * - runs: a real engine or runtime on this machine implements it;
 * - evaluated: the sandbox evaluates it (policies, permissions), without an engine;
 * - template only: it is in the template, where tests can check it, but it has no effect in the sandbox;
 * - AWS only: only a real account can show its effect.
 */
export type Support = 'runs' | 'evaluated' | 'template only' | 'AWS only';

/**
 * Support of a property, with a reason if it differs from the type's: `'runs'` or `'template only: the engine has no tags'`. In a reason,
 * `{value}` is the property's value.
 */
export type PropertySupport = Support | `${'template only' | 'AWS only'}: ${string}`;

/** What `ref` and `attributes` may use. Names are generated before anything runs, so that resolution is a pure function. */
export interface Identity {
  readonly account: string;
  readonly region: string;
  /** The stack's name in CloudFormation. The name of a nested stack is derived from its parent's, with hyphens. */
  readonly stack: string;
  readonly logicalId: string;
  /** The value of a name property, or else a generated name as in CloudFormation: `<stack>-<logicalId>-<suffix>`. */
  name(property: string, maximumLength?: number): string;
  /** A stable token of lower-case letters and digits, for ids. */
  token(length: number): string;
  /** A property, resolved. */
  property(name: string): Json | undefined;
}

/** One resource type of a service. A service exports an array of these as `types`. */
export interface ResourceType {
  /** An exact type, or a family with a trailing star: `Custom::*`. The exact type takes precedence, then the longest family. */
  readonly type: string;
  readonly support: Support;
  /** A short text for the coverage: which engine runs it, or what only AWS can show. */
  readonly reason: string;
  /**
   * Every supported property, nested ones with dots (`StreamSpecification.StreamViewType`). If one member of a property is listed, all its
   * supported members must be listed; otherwise its own name covers the whole value. With listed members, its own name covers a value that
   * is not an object, such as JSON text. In a type that runs or is evaluated, a property that is not listed is an error:
   * `AWS::X::Y.Property is not supported`. The name `*` (or `A.B.*`) covers every property that is not listed.
   */
  readonly properties: Readonly<Record<string, PropertySupport>>;
  ref(of: Identity): string;
  readonly attributes?: Readonly<Record<string, (of: Identity) => string>>;
  /**
   * Values of its resources that templates read at deployment: by the service of a dynamic reference (`ssm` of `{{resolve:ssm:name}}`), or
   * by the type of a parameter (`AWS::SSM::Parameter::Value` of `AWS::SSM::Parameter::Value<String>`).
   */
  readonly dynamicReferences?: Readonly<Record<string, DynamicReferenceReader>>;
}

/** A place in a template that reads a value at deployment. */
export interface DynamicReference {
  /** The part after the service, `name:1`, or the value of the parameter. */
  readonly key: string;
  /** For errors: `Stack.Function.Environment.Variables.NAME`. */
  readonly at: string;
  /** The position in CloudFormation's format: `AWS::Lambda::Function/Properties/Environment/Variables/NAME`; a list element is `*`. */
  readonly place: string;
}

/** The value of a dynamic reference. @throws AssemblyError if CloudFormation would reject it, or if the value is not available */
export type DynamicReferenceReader = (reference: DynamicReference, resources: readonly Identity[]) => Json;

/** The support of one resource. */
export interface CoverageEntry {
  readonly resource: Resource;
  /** False for a type of no service; its support is then `AWS only`. */
  readonly supported: boolean;
  readonly support: Support;
  readonly reason: string;
  /** Why this resource does not run although its type does. */
  readonly leftOut?: string;
  /** The names of its unsupported properties. */
  readonly problems: readonly string[];
  /** Properties whose support is lower than the resource's, with the reason. */
  readonly exceptions: readonly { readonly property: string; readonly support: Support; readonly reason: string }[];
}

export interface Coverage {
  readonly entries: readonly CoverageEntry[];
  /** `AWS::X::Y is not supported (Stack.Id)` and `AWS::X::Y.Property is not supported (Stack.Id)`. */
  readonly problems: readonly string[];
  /** Unsupported values of resources that run, one line each. */
  readonly leftOut?: readonly string[];
}

/** Why the sandbox can't run a resource, in one line that names it. */
export interface Problem {
  readonly resource: Resource;
  readonly message: string;
}

// ------------------------------------------------------------------------------------------------ clock

/** The clock for delays, windows, visibility timeouts, schedules and TTL. At speed 10, ten seconds of simulated time pass in one second. */
export interface Clock {
  readonly speed: number;
  /** Changes the speed from now on. Waits take what is left of them at the new speed; engines that count real time do not notice. */
  setSpeed(speed: number): void;
  /** Milliseconds since the epoch, in simulated time. */
  now(): number;
  /** Waits in simulated time; rejects with the signal's reason if it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Converts a duration of simulated time to real milliseconds. */
  real(milliseconds: number): number;
  /**
   * Moves the clock forward at once. What waits for a time until then is due now, the earliest first, and once, as on a machine that was
   * suspended. The engines of queues, S3 and user pools count real time, and do not notice.
   */
  advance(milliseconds: number): void;
  /** The time at which the earliest wait ends; undefined if nothing waits. */
  nextWait(): number | undefined;
}

// ------------------------------------------------------------------------------------------------ engines

export interface Engine {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** The engines of one run, on free ports of 127.0.0.1. `provision` creates the tables and queues of the assembly. */
export interface Engines {
  readonly dynamodb: Engine;
  /** MiniStack: SQS, S3, Cognito and Secrets Manager. */
  readonly ministack: Engine;
  /** Whether they have the resources and the data of a killed process. */
  readonly continued?: true;
  /** Says that the sandbox has started, so that another process can continue after a kill. */
  complete?(): void;
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
  onCall(listener: (call: Call) => void): () => void;
  /** Called with every denial: of calls, of `denial`, and of `assumeAsService`. */
  onDenial(listener: (denial: DenialNotice) => void): () => void;
  inject(fault: Fault): () => void;
  /** Delays each call of a service, to simulate the latency of AWS. */
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

/** The log groups of everything that runs. */
export interface LogSink {
  write(line: LogLine): void;
  /** The lines of a log group, oldest first. */
  lines(group: string): readonly LogLine[];
  onLine(listener: (line: LogLine) => void): () => void;
}

/** A log group that gets the logs of a resource, by an `AWS::Logs::Delivery`. */
export interface LogDelivery {
  readonly group: string;
  readonly format: 'json' | 'plain';
  /** The fields of a record; all of them if it is not given. */
  readonly fields?: readonly string[];
}

/** Where services deliver the logs of their resources. */
export interface LogDeliveries {
  /** @param logType `ALB_ACCESS_LOGS` */
  of(resourceArn: string, logType: string): readonly LogDelivery[];
}

export interface Invocation {
  readonly requestId: string;
  /** The result of the function, or the error object of the runtime. */
  readonly payload: Json;
  readonly functionError?: 'Unhandled';
  readonly milliseconds: number;
}

export interface Functions {
  /** Runs the function from its asset in a child process, with its role's credentials, environment, timeout and memory. */
  invoke(functionArn: string, event: Json): Promise<Invocation>;
  /** Invokes asynchronously. A failed event is retried as configured, and then sent to the dead-letter queue and the destination. */
  invokeLater(functionArn: string, event: Json): void;
  /** Starts the event source mappings of the assembly; each polls with the function's role. */
  startEventSources(): Promise<void>;
  /** Stops polling for a function, like a disabled mapping; batches in progress are finished. */
  pauseEventSources(functionArn: string): Promise<void>;
  resumeEventSources(functionArn: string): void;
  /** Redirects requests of functions for a host name (such as an API's) to a local origin, `http://127.0.0.1:port`. */
  forward(host: string, origin: string): void;
  /** Where requests for host names of AWS and of `forward` are answered, by their Host header. */
  readonly egress: { readonly url: string; hosts(): readonly string[] };
  /** Kills the execution environments of a function, like a host failure. Returns how many were processing an event. */
  kill(functionArn: string): number;
  /** The events that are being processed, or wait for an execution environment. */
  readonly inFlight: number;
  /** Those of them that do nothing but wait for a time of the clock, or for an execution environment whose event does. */
  readonly waiting: number;
  close(): Promise<void>;
}

// ------------------------------------------------------------------------------------------------ gateway

export interface DeployedApi {
  readonly restApiId: string;
  readonly stage: string;
  /** `http://127.0.0.1:port/stage` */
  readonly url: string;
  /** `https://<id>.execute-api.<region>.amazonaws.com/<stage>`, as in stack outputs. */
  readonly publicUrl: string;
}

export interface RestApis {
  readonly apis: readonly DeployedApi[];
  close(): Promise<void>;
}

// ------------------------------------------------------------------------------------------------ web ACLs

/** The decision of a web ACL about a request. */
export interface Inspection {
  readonly arn: string;
  readonly blocked: boolean;
  /** The web ACL's custom response to a blocked request. Without one, the protected service returns its own. */
  readonly response?: HttpResponse;
  /** Headers that are added to the request. */
  readonly inserted: readonly HttpPair[];
}

/** The web ACLs of the assembly, for the services that they protect. */
export interface WebAcls {
  /** Whether a resource has a web ACL, so that the start of a request's body must be read before it goes on. */
  protects(resourceArn: string): boolean;
  /** Evaluates the web ACL of a resource; undefined if it has none. `uri` is the whole path, `/prod/visits`. */
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
  /**
   * `http://127.0.0.1:port`, which serves the paths of the pool's domain and issuer: `/oauth2/authorize`, `/login`, `/oauth2/token` and the
   * JWKS.
   */
  readonly url: string;
}

/** The user pools of the assembly. Administration and client calls go through the endpoint, as `cognito-idp`. */
export interface UserPools {
  readonly pools: readonly RunningUserPool[];
  close(): Promise<void>;
}

// ------------------------------------------------------------------------------------------------ network

/** A network interface in a VPC: of a task, a load balancer's node, a VPC link or a function. */
export interface NetworkInterface {
  /** What it belongs to, for messages: `Platform.GradesService task 2`. */
  readonly owner: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly availabilityZone: string;
  readonly securityGroupIds: readonly string[];
  /** An address of the subnet, as its owner and others see it. Connections on this machine use an `Address`. */
  readonly privateIp: string;
  /** Without one, an internet gateway passes nothing on: a public subnet alone is not enough. */
  readonly publicIp?: string;
}

/** One end of a connection: an interface in a VPC, or a host outside: a public name, or the public endpoint of an AWS service. */
export type NetworkEnd = NetworkInterface | { readonly host: string };

/** Security groups, route tables and endpoints of the assembly, and the question that every connection asks. */
export interface Network {
  /**
   * Creates an interface with the next free address of the subnet. Without security groups, it gets the default one of the VPC.
   *
   * @throws if subnet or security groups are not in the assembly
   */
  attach(owner: string, subnetId: string, securityGroupIds: readonly string[], options?: { readonly publicIp?: boolean }): NetworkInterface;
  release(networkInterface: NetworkInterface): void;
  /** Whether a client may connect to that address and port: undefined if so, or one sentence that names the missing rule or route. */
  blocked(from: NetworkEnd, to: NetworkEnd, port: number): string | undefined;
}

/** Where something listens on this machine. */
export type Address = { readonly host: string; readonly port: number } | { readonly socketPath: string };

// ------------------------------------------------------------------------------------------------ load balancers

/** What a load balancer sends requests to. */
export interface Target {
  /** Unique in its target group: `10.0.1.17:8080`. */
  readonly id: string;
  readonly networkInterface: NetworkInterface;
  /** The port at the interface, as the target group's rules and security groups see it. */
  readonly port: number;
  /** Where that port is on this machine. */
  readonly address: Address;
}

export type TargetHealth = 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused';

/** A load balancer as clients see it. */
export interface RunningLoadBalancer {
  readonly arn: string;
  /** `Platform/Grades/LoadBalancer` */
  readonly name: string;
  readonly dnsName: string;
  /** `url` is on this machine: `https://127.0.0.1:port`. An internal load balancer has none, because clients outside of its VPC don't reach it. */
  readonly listeners: readonly { readonly port: number; readonly url?: string }[];
}

/** The load balancers of the assembly. They check the health of their targets and send requests to the healthy ones. */
export interface LoadBalancers {
  /** Starts health checks of a target. It gets requests when it is healthy. */
  register(targetGroupArn: string, target: Target): void;
  /** Stops new requests to a target. Resolves when its requests have ended, at the latest after the deregistration delay. */
  deregister(targetGroupArn: string, targetId: string): Promise<void>;
  /** Sends all requests of a listener rule to one of its target groups. @throws where the rule does not lead to the group */
  shift(listenerRuleArn: string, targetGroupArn: string): void;
  health(targetGroupArn: string, targetId: string): TargetHealth;
  readonly running: readonly RunningLoadBalancer[];
  /**
   * The listener of a load balancer, by its ARN or DNS name, for clients in its VPC; undefined if it has none at that port. A client asks
   * `blocked` first, and may name its own address in the header `x-sandbox-client`, which the load balancer removes.
   */
  listener(loadBalancer: string, port: number): LoadBalancerListener | undefined;
}

/** Where a listener is on this machine. */
export interface LoadBalancerListener {
  readonly address: Address;
  readonly networkInterface: NetworkInterface;
  /** The certificate authority of an HTTPS listener, as PEM. A client that verifies names uses it instead of the public ones. */
  readonly certificateAuthority?: string;
}

// ------------------------------------------------------------------------------------------------ container services

export interface RunningTask {
  readonly arn: string;
  /** `PROVISIONING` to `STOPPED`, as in the ECS API. */
  readonly lastStatus: string;
  readonly networkInterface: NetworkInterface;
  /** Process ids of its containers, by container name. */
  readonly processIds: ReadonlyMap<string, number>;
}

/** The ECS services of the assembly. */
export interface ContainerServices {
  tasks(serviceArn: string): readonly RunningTask[];
  /** Replaces every task, as a forced new deployment does. Resolves when the deployment is complete, rejects if it is rolled back. */
  replace(serviceArn: string): Promise<void>;
  /** Kills a task's processes, like a host failure. The service starts another one. */
  kill(taskArn: string): void;
}

// ------------------------------------------------------------------------------------------------ stacks

/** How an update of a stack has ended. */
export interface StackUpdate {
  readonly status: 'UPDATE_COMPLETE' | 'UPDATE_ROLLBACK_COMPLETE' | 'UPDATE_ROLLBACK_FAILED';
  /** Why it was rolled back. */
  readonly reason?: string;
}

/** The stacks of the assembly. */
export interface Stacks {
  /**
   * Updates a stack in which only a custom resource has changed: its provider gets the requests that CloudFormation sends. If it fails, the
   * stack is rolled back.
   *
   * @param changed the properties that are new, with resolved values
   */
  update(resource: Resource, changed: JsonObject): Promise<StackUpdate>;
}

// ------------------------------------------------------------------------------------------------ data lake

/** A state of a state machine. Names are unique within a state machine, also those of branches and of Map states. */
export interface StateDescription {
  readonly name: string;
  readonly type: 'Task' | 'Pass' | 'Wait' | 'Choice' | 'Succeed' | 'Fail' | 'Parallel' | 'Map';
  /** The Parallel or Map state that it is part of. */
  readonly within?: string;
}

/**
 * - `ENTERED`: before a state does anything;
 * - `ANSWERED`: what a Task state called has answered or failed, and the execution has not recorded it;
 * - `RETRIES`: an attempt failed, before the wait for the next one;
 * - `EXITED`: after a state, before the next one;
 * - `FAILED`: after a state whose error nothing caught. Each state that was entered is exited or fails, unless it is stopped.
 */
export type TransitionPhase = 'ENTERED' | 'ANSWERED' | 'RETRIES' | 'EXITED' | 'FAILED';

/** What an execution of a state machine does at a moment. */
export interface Transition {
  readonly phase: TransitionPhase;
  readonly state: string;
  readonly stateMachineArn: string;
  /** Of the child execution, for states of a Distributed Map. */
  readonly executionArn: string;
  /** The number of the child execution in its map run, from 0. */
  readonly child?: number;
  /** The branches of Parallel states and the items of Map states that lead to the state, from 0, the outermost first. */
  readonly branch: readonly number[];
  /** Milliseconds by the clock. */
  readonly at: number;
  /** Of `FAILED` and `RETRIES`. */
  readonly error?: string;
  /** The chosen wait of `RETRIES`. */
  readonly retry?: RetryWait;
}

/** The wait before an attempt of a state. */
export interface RetryWait {
  /** The number of the retry, from 1. */
  readonly retry: number;
  readonly delaySeconds: number;
  /** The wait before jitter; `delaySeconds` is equal to it with the strategy NONE, and from 0 up to it with FULL. */
  readonly delayBeforeJitterSeconds: number;
}

/** What the executions of a state machine have done in a state, those of its map runs included. */
export interface StateCounts {
  readonly entered: number;
  readonly exited: number;
  /** Calls of a Task state, those of retries included. */
  readonly calls: number;
  /** Calls that failed, timed out, or had no answer. */
  readonly failedCalls: number;
  /** How many executions, branches and items are in it now. */
  readonly inside: number;
}

/** The state machines of the assembly, by ARN. */
export interface StateMachines {
  /** The definition, with resolved references. */
  definition(stateMachineArn: string): JsonObject;
  /** Figures of each state that was entered, from the histories of the executions. */
  counts(stateMachineArn: string): Readonly<Record<string, StateCounts>>;
  /** All states in the order of the definition: a Parallel or Map state comes before its own states. */
  states(stateMachineArn: string): readonly StateDescription[];
  /**
   * Calls the listener with each transition of every execution. The state waits until the listener has returned or the execution is stopped:
   * a listener may stop the execution, or kill the process. An error of the listener fails the execution.
   *
   * @returns removes the listener
   */
  onTransition(listener: (transition: Transition) => void | Promise<void>): () => void;
}

/** The pipes of the assembly, by ARN. */
export interface Pipes {
  /** Stops a pipe. It continues after the last delivered batch. */
  stop(pipeArn: string): Promise<void>;
  start(pipeArn: string): void;
  /** Kills a pipe and starts it again, like a host failure. Records whose delivery it has not recorded are delivered again. */
  kill(pipeArn: string): Promise<void>;
  /** Resolves when what the source had before the call is delivered, left out by the filters, or given up. It does not start the pipe. */
  caughtUp(pipeArn: string): Promise<void>;
}

/** The delivery streams of the assembly. */
export interface DeliveryStreams {
  /** Delivers what is buffered, without waiting for the size or the interval. */
  flush(): Promise<void>;
  /** Resolves when every accepted record is in an object, or given up after the retry duration. It does not deliver anything itself. */
  delivered(deliveryStreamArn: string): Promise<void>;
  /**
   * Kills what delivers and starts it again, like a host failure. No accepted record is lost. Those in an object that was written, but not
   * recorded, are delivered again.
   */
  kill(deliveryStreamArn: string): Promise<void>;
}

/** What a query read, beyond what the API of Athena says. */
export interface QueryInput {
  /** Objects that were read. */
  readonly files: number;
  /** The bytes of the columns that the query needs, as in `DataScannedInBytes`. */
  readonly bytes: number;
  /** Prefixes that were listed, one for each partition. */
  readonly partitions: number;
}

/** The queries of Athena. */
export interface Queries {
  /** What a query read; undefined until it has ended. */
  input(queryExecutionId: string): QueryInput | undefined;
}

// ------------------------------------------------------------------------------------------------ schedules

/** One attempt of EventBridge Scheduler to invoke the target of a schedule. Times are milliseconds since the epoch, by the clock. */
export interface ScheduledInvocation {
  readonly scheduleArn: string;
  /** The time of the schedule, `<aws.scheduler.scheduled-time>`. */
  readonly scheduledAt: number;
  /** When the target was invoked: later in a flexible window, and for another attempt. */
  readonly at: number;
  /** From 1. */
  readonly attempt: number;
  readonly executionId: string;
  /** The code of the error, if the target was not invoked. */
  readonly error?: string;
}

/** The schedules of EventBridge Scheduler. */
export interface Schedules {
  /** The last 10,000 attempts, in the order in which they ended. */
  invocations(): readonly ScheduledInvocation[];
}

// ------------------------------------------------------------------------------------------------ connections

/** A name and a value that a connection adds to each request. */
export interface ConnectionParameter {
  readonly name: string;
  readonly value: string;
}

/** What a connection adds to requests. */
export interface ConnectionParameters {
  readonly headers: readonly ConnectionParameter[];
  readonly query: readonly ConnectionParameter[];
  readonly body: readonly ConnectionParameter[];
}

/** How a connection of EventBridge signs in to an API. */
export type ConnectionAuthorization =
  | { readonly type: 'API_KEY'; readonly name: string; readonly value: string }
  | { readonly type: 'BASIC'; readonly user: string; readonly password: string }
  | {
      readonly type: 'OAUTH_CLIENT_CREDENTIALS';
      readonly clientId: string;
      readonly clientSecret: string;
      readonly endpoint: string;
      readonly method: string;
      readonly parameters: ConnectionParameters;
    };

/** A connection of EventBridge, whose values are in a secret of Secrets Manager. */
export interface ApiConnection {
  readonly arn: string;
  readonly secretArn: string;
  readonly authorization: ConnectionAuthorization;
  readonly parameters: ConnectionParameters;
}

/** The connections of EventBridge. */
export interface Connections {
  /** With the values of its secret. Undefined if there is none. */
  find(arn: string): Promise<ApiConnection | undefined>;
}

// ------------------------------------------------------------------------------------------------ traces

/** A segment or subsegment of a trace, as X-Ray received it. */
export interface TraceSegment {
  readonly id: string;
  /** `1-<8 digits of the time>-<24 digits>` */
  readonly traceId: string;
  readonly parentId?: string;
  readonly name: string;
  /** What X-Ray finds traces by. */
  readonly annotations: Readonly<Record<string, string | number | boolean>>;
  /** Documented: "AWS X-Ray segment documents". */
  readonly document: JsonObject;
}

/** What programs sent to X-Ray. */
export interface Traces {
  /** The last 10,000 segments, in the order in which they arrived. */
  segments(): readonly TraceSegment[];
}

// ------------------------------------------------------------------------------------------------ sandbox

export interface SandboxOptions {
  /** @default 1 */
  readonly speed?: number;
  /**
   * Functions for Node.js whose `Date` and timers follow the sandbox's clock instead of this machine's, for code that computes times of waits
   * and leases. Intervals do not. Tokens of user pools have this machine's time: functions that verify them should have it, too.
   *
   * @default none
   */
  readonly functionsOnClock?: (resource: Resource) => boolean;
  /**
   * Whether the start fails for unsupported types, unsupported values and custom resources that fail. Otherwise they are reported and left
   * out.
   *
   * @default false
   */
  readonly strict?: boolean;
  /**
   * Simulate an account and Region in which nothing is set up: what other deployments or administrators would have created (API Gateway's
   * log role) exists only if the assembly creates it before it is needed.
   *
   * @default false
   */
  readonly freshAccount?: boolean;
  /**
   * Which custom resources run at the start, before APIs are served. Assertions of an integration test need the whole system, so that their
   * runner starts them afterwards.
   *
   * @default all but `Custom::DeployAssert@…`
   */
  readonly customResources?: (resource: Resource) => boolean;
  /**
   * Which schedules of EventBridge Scheduler run. A test that invokes the target itself needs those of others only.
   *
   * @default all
   */
  readonly schedules?: (resource: Resource) => boolean;
  /**
   * How values are written to the access logs of APIs: escaped, as observed on AWS, or raw, to test formats that must not rely on escaping.
   *
   * @default 'escaped'
   */
  readonly accessLog?: 'escaped' | 'raw';
  /**
   * External hosts that HTTP integrations and functions may call, each with the server that receives the requests:
   * `{ 'https://api.example.com': 'http://127.0.0.1:8080' }`. A host that is mapped to itself is called directly.
   *
   * @default nothing leaves this machine
   */
  readonly map?: Readonly<Record<string, string>>;
  /**
   * Folders with a Dockerfile for container images that are only names: `{ 'public.ecr.aws/nginx/nginx:1.27': 'images/nginx' }`. A name
   * without a tag stands for all tags.
   *
   * @default only images that are assets of the assembly run
   */
  readonly images?: Readonly<Record<string, string>>;
  /**
   * The port of the endpoint. APIs use the following ports, and user pools those from 50 higher.
   *
   * @default free ports
   */
  readonly port?: number;
  /**
   * A folder for data that survives `kill -9` of this process. A start with the same folder within ten minutes continues: tables, buckets,
   * queues, secrets and users are as they were, the clock goes on, and executions of Standard state machines continue in the state that they
   * were in. `close` removes the folder. What other services have in memory is lost: parameters that callers have put, logs, and the
   * positions of pipes, delivery streams and event source mappings in streams.
   *
   * @default the data ends with the process
   */
  readonly data?: string;
  /**
   * What to do if one of these ports is in use.
   *
   * @default 'fail'
   */
  readonly portTaken?: 'fail' | 'another';
  /** Reports progress. */
  readonly report?: (line: string) => void;
  /** Called for every log line, including those of custom resources at the start. */
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
  readonly network: Network;
  readonly loadBalancers: LoadBalancers;
  readonly containerServices: ContainerServices;
  readonly stacks: Stacks;
  readonly stateMachines: StateMachines;
  readonly pipes: Pipes;
  readonly deliveryStreams: DeliveryStreams;
  readonly queries: Queries;
  readonly traces: Traces;
  readonly schedules: Schedules;
  close(): Promise<void>;
}
