import type { HttpPair, HttpRequest, HttpResponse } from './http';

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
