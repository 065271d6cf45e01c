import type { JsonSchema, ThrottleSettings } from 'aws-cdk-lib/aws-apigateway';
import type { RouteAuthorization } from './route-authorization';

/** Options of a route. */
export interface AddRouteOptions {
  /**
   * Who may call the route.
   *
   * @default RouteAuthorization.token()
   */
  readonly authorization?: RouteAuthorization;
  /**
   * JSON schema (draft 4, as API Gateway supports it) that request bodies of every content type must match; others get a 400. Not for
   * targets that have a schema of their own, such as an ingest path.
   *
   * @default - bodies are checked only against the schema of the target, if it has one
   */
  readonly requestSchema?: JsonSchema;
  /**
   * Request parameters by name, and whether each is required: `{ 'method.request.querystring.page': true }`. A request without a required
   * one gets a 400.
   *
   * @default {}
   */
  readonly requestParameters?: { [name: string]: boolean };
  /**
   * Limit of requests per second and of bursts for all tenants together, to protect the target. The limits of the tenants apply as well.
   * Not for ANY: each method needs a limit of its own.
   *
   * @default - the account's limit for all its APIs in the Region
   */
  readonly throttle?: ThrottleSettings;
  /**
   * Name of the operation in SDKs that are generated from the API.
   *
   * @default - chosen by the generator of the SDK
   */
  readonly operationName?: string;
}
