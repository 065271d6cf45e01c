interface Event {
  readonly requestContext: { readonly authorizer: Record<string, unknown> };
}

export async function handler({ requestContext: { authorizer } }: Event) {
  return { statusCode: 200, body: JSON.stringify({ visitor: authorizer.principalId, floor: authorizer.floor }) };
}
