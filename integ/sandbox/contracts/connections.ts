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
