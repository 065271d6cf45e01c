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
