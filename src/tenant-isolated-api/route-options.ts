import type { JsonSchema, ThrottleSettings } from 'aws-cdk-lib/aws-apigateway';
import type { RouteAuthorization } from './route-authorization';

/** What a route declares about itself. */
export interface AddRouteOptions {
  /**
   * Who may call it.
   *
   * @default RouteAuthorization.token()
   */
  readonly authorization?: RouteAuthorization;
  /**
   * What a body must look like, of whatever content type, in the JSON schema draft 4 that API Gateway knows; anything else is answered with 400. Not for
   * targets that have a schema of their own, such as an ingest path.
   *
   * @default - bodies are not checked, but for what the target declares
   */
  readonly requestSchema?: JsonSchema;
  /**
   * Parameters by their names, and whether a request must have them: `{ 'method.request.querystring.page': true }`. A request without one is answered
   * with 400.
   *
   * @default {}
   */
  readonly requestParameters?: { [name: string]: boolean };
  /**
   * Requests per second, and in a burst, of all tenants together: what is behind the route can take no more. The rates of tenants hold beside it. Not
   * for ANY, whose methods each need their own.
   *
   * @default - the account's limit for all its APIs in the Region
   */
  readonly throttle?: ThrottleSettings;
  /**
   * Name of the operation in generated clients.
   *
   * @default - generated clients choose one
   */
  readonly operationName?: string;
}
