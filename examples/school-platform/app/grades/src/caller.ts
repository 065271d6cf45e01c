import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from './problem';
import type { Claims } from './verifier';

/** Who sent a request. */
export interface Caller {
  readonly school: string;
  /** The id of the user, which is random. */
  readonly user: string;
}

export interface CallerOptions {
  verify(token: string): Promise<Claims>;
  readonly schoolClaim: string;
}

/** The form of a school's id, as in its session of the tenant role. */
const SCHOOL = /^[a-z0-9-]{3,64}$/;
const USER = /^[\w-]{1,128}$/;

/**
 * Verifies the token again: the network admits the API only, but a mistake in the network must not let anyone choose a school. The school
 * is that of the token. `X-Tenant-Id`, which the API sets, only has to agree with it.
 *
 * @throws Problem with 401 or 403
 */
export async function callerOf(headers: IncomingHttpHeaders, { verify, schoolClaim }: CallerOptions): Promise<Caller> {
  const { authorization = '' } = headers;
  if (!authorization.startsWith('Bearer ')) throw new Problem(401, 'The request has no bearer token.');
  const { [schoolClaim]: school, sub: user } = await verify(authorization.slice('Bearer '.length));
  if (typeof school !== 'string' || !SCHOOL.test(school)) throw new Problem(401, 'The token names no school.');
  if (typeof user !== 'string' || !USER.test(user)) throw new Problem(401, 'The token names no user.');
  if (headers['x-tenant-id'] !== school) throw new Problem(403, 'The request did not come through the API as this school.');
  return { school, user };
}
