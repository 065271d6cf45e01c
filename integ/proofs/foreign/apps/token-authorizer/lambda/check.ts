interface TokenEvent {
  readonly authorizationToken: string;
  readonly methodArn: string;
}

type Callback = (error: string | null, policy?: object) => void;

export function handler({ authorizationToken, methodArn }: TokenEvent, _context: unknown, callback: Callback): void {
  switch (authorizationToken) {
    case 'let-me-in':
      callback(null, policy('Allow', methodArn));
      break;
    case 'not-me':
      callback(null, policy('Deny', methodArn));
      break;
    case 'nobody':
      callback('Unauthorized');
      break;
    default:
      callback('Error: the token is invalid');
  }
}

function policy(Effect: string, Resource: string): object {
  return {
    principalId: 'visitor',
    policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] },
    context: { floor: 3 },
  };
}
