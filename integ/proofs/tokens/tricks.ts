/** A request with a valid token that tries to act as another school. */
export interface Trick {
  readonly name: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers in addition to the valid token's, before or after it. The authorizer result for the valid token is cached by then. */
  readonly authorization?: { readonly before?: string; readonly after?: string };
  /** The path after `/echo/`. */
  readonly path?: string;
}

/** Everything in a request that could be mistaken for the tenant. */
export function tricks(other: string, othersToken: string): Trick[] {
  const named = [
    'X-Tenant-Id',
    'x-tenant-id',
    'X-TENANT-ID',
    'X-Tenant',
    'X-School-Id',
    'Tenant',
    'tenantId',
    'X-Amzn-Tenant',
    'X-Amz-Security-Token',
    'X-Forwarded-User',
    'X-Original-Authorization',
    'X-Authorizer-TenantId',
    'X-Apigateway-Context',
    'X-Amzn-RequestContext',
    'custom-school_id',
    'usageIdentifierKey',
    'principalId',
  ];
  const paths = [
    `?tenantId=${other}`,
    `?tenant=${other}&school=${other}`,
    `?tenantId=${other}&tenantId=${other}`,
    `?authorizer.tenantId=${other}`,
    `?context=%7B%22authorizer%22%3A%7B%22tenantId%22%3A%22${other}%22%7D%7D`,
    `?Authorization=Bearer%20${othersToken}`,
    other,
    `..%2f${other}`,
    `%2e%2e/${other}`,
    `${other}%00`,
    `a;tenantId=${other}`,
    `a%0d%0aX-Tenant-Id:%20${other}`,
    `a%23${other}`,
  ];
  return [
    ...named.map((name) => ({ name: `the header ${name}`, headers: { [name]: other } })),
    { name: 'a token of another school in another header', headers: { 'X-Authorization': `Bearer ${othersToken}` } },
    { name: 'a second Authorization header before the valid one', authorization: { before: `Bearer ${othersToken}` } },
    { name: 'a second, invalid Authorization header', authorization: { before: 'Bearer none' } },
    { name: 'a second Authorization header after the valid one', authorization: { after: `Bearer ${othersToken}` } },
    { name: 'a cookie', headers: { Cookie: `tenantId=${other}; access_token=${othersToken}` } },
    { name: 'an API key', headers: { 'x-api-key': other } },
    { name: 'a context as JSON', headers: { 'X-Amzn-Request-Context': JSON.stringify({ authorizer: { tenantId: other } }) } },
    { name: 'another address', headers: { 'X-Forwarded-For': '10.0.0.1', Forwarded: `for=10.0.0.1;by=${other}` } },
    { name: 'another method', headers: { 'X-HTTP-Method-Override': 'DELETE' } },
    { name: 'baggage', headers: { baggage: `tenantId=${other}`, tracestate: `tenant=${other}` } },
    ...paths.map((path) => ({ name: `the path ${path.slice(0, 60)}`, path })),
  ];
}
