import type { Endpoint } from '../../contracts';
import { misconfigured } from './failure';

const SERVICE = 'apigateway.amazonaws.com';
/** The name of the session in which API Gateway assumes a role. */
export const SESSION = 'BackplaneAssumeRoleSession';

/**
 * Throws unless API Gateway may invoke the function: by the function's resource-based policy for this source, or by a role that trusts
 * API Gateway and may invoke it.
 */
export function requireInvoke(endpoint: Endpoint, functionArn: string, sourceArn: string, credentials: string | undefined): void {
  const check = { action: 'lambda:InvokeFunction', resource: functionArn, context: {} };
  if (credentials === undefined) {
    const denied = endpoint.denial({ service: SERVICE, sourceArn }, check);
    if (denied !== undefined) throw misconfigured(`Invalid permissions on Lambda function: ${denied}`);
    return;
  }
  takeRole(endpoint, credentials);
  const denied = endpoint.denial({ roleArn: credentials }, check);
  if (denied !== undefined) throw misconfigured(denied);
}

/** Assumes an integration's role. Throws if its trust policy does not allow API Gateway. */
export function takeRole(endpoint: Pick<Endpoint, 'assumeAsService'>, role: string): ReturnType<Endpoint['assumeAsService']> {
  try {
    return endpoint.assumeAsService(role, SERVICE, SESSION);
  } catch (error) {
    throw misconfigured(`API Gateway does not have permission to assume the provided role ${role}: ${(error as Error).message}`);
  }
}
