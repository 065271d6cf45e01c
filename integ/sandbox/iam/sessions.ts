import { randomBytes } from 'node:crypto';
import type { Check, Credentials, JsonObject, Principal } from '../contracts';

/** Credentials that the endpoint issued, with their principal and policies. */
export interface Session {
  readonly credentials: Credentials;
  readonly principal: Principal;
  /** `AROA…:session`, or the account's id for its root. */
  readonly userId: string;
  /** The session policies of AssumeRole, which can only reduce permissions. */
  readonly policies: readonly JsonObject[];
  /** When the credentials were issued, in milliseconds of the clock; undefined if they are valid forever. */
  readonly issued?: number;
  /** Condition keys of every request of the session. */
  readonly context?: Check['context'];
}

export interface NewSession {
  readonly arn: string;
  readonly roleArn?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly userId: string;
  readonly policies?: readonly JsonObject[];
  /** @default - none */
  readonly context?: Check['context'];
  /** How long the credentials are valid, in milliseconds of this machine; undefined means forever. */
  readonly lifetime?: number;
}

export interface Sessions {
  open(session: NewSession): Session;
  find(accessKeyId: string): Session | undefined;
}

/** How long an expired session is kept, so that its caller gets ExpiredToken; in this machine's time. */
const KEPT_MS = 600_000;
const SWEEP_INTERVAL_MS = 60_000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Stores sessions by their access key, because a signature does not contain their tags.
 *
 * @param clock the time of AWS
 */
export function createSessions(clock: () => number = Date.now): Sessions {
  const sessions = new Map<string, Session>();
  let swept = Date.now();
  const sweep = () => {
    const now = Date.now();
    if (now - swept < SWEEP_INTERVAL_MS) {
      return;
    }
    swept = now;
    for (const [accessKeyId, { credentials }] of sessions) {
      if (credentials.expiration !== undefined && credentials.expiration + KEPT_MS < now) {
        sessions.delete(accessKeyId);
      }
    }
  };
  return {
    find: (accessKeyId) => sessions.get(accessKeyId),
    open: ({ arn, roleArn, tags, userId, policies = [], context, lifetime }) => {
      sweep();
      const accessKeyId = `${lifetime === undefined ? 'AKIA' : 'ASIA'}${letters(16)}`;
      const session: Session = {
        credentials: {
          accessKeyId,
          secretAccessKey: randomBytes(30).toString('base64'),
          // The expiration is in this machine's time, because SDKs compare it with this machine's clock.
          ...(lifetime === undefined ? {} : { sessionToken: randomBytes(96).toString('base64'), expiration: Date.now() + lifetime }),
        },
        principal: { arn, ...(roleArn === undefined ? {} : { roleArn }), tags, accessKeyId },
        userId,
        policies,
        context,
        ...(lifetime === undefined ? {} : { issued: clock() }),
      };
      sessions.set(accessKeyId, session);
      return session;
    },
  };
}

function letters(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
