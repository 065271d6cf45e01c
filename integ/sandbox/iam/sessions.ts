import { randomBytes } from 'node:crypto';
import type { Credentials, JsonObject, Principal } from '../contracts';

/** Credentials that the endpoint handed out, and what they may be used for. */
export interface Session {
  readonly credentials: Credentials;
  readonly principal: Principal;
  /** `AROA…:session`, or the account's id for its root. */
  readonly userId: string;
  /** The policies given with AssumeRole: they only ever take away. */
  readonly policies: readonly JsonObject[];
}

/** What a new session is made of. */
export interface NewSession {
  readonly arn: string;
  readonly roleArn?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly userId: string;
  readonly policies?: readonly JsonObject[];
  /** How long the credentials hold, in milliseconds of this machine; for ever when absent. */
  readonly lifetime?: number;
}

export interface Sessions {
  open(session: NewSession): Session;
  find(accessKeyId: string): Session | undefined;
}

/** An ended session is remembered for a while, so that its caller is told that it has ended; in milliseconds of this machine. */
const REMEMBERED = 600_000;
const SWEEP_EVERY = 60_000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Remembers sessions by their access key, because no signature carries its tags. */
export function createSessions(): Sessions {
  const sessions = new Map<string, Session>();
  let swept = Date.now();
  const sweep = () => {
    const now = Date.now();
    if (now - swept < SWEEP_EVERY) {
      return;
    }
    swept = now;
    for (const [accessKeyId, { credentials }] of sessions) {
      if (credentials.expiration !== undefined && credentials.expiration + REMEMBERED < now) {
        sessions.delete(accessKeyId);
      }
    }
  };
  return {
    find: (accessKeyId) => sessions.get(accessKeyId),
    open: ({ arn, roleArn, tags, userId, policies = [], lifetime }) => {
      sweep();
      const accessKeyId = `${lifetime === undefined ? 'AKIA' : 'ASIA'}${letters(16)}`;
      const session: Session = {
        credentials: {
          accessKeyId,
          secretAccessKey: randomBytes(30).toString('base64'),
          // The moment is in this machine's time, because SDKs compare it with this machine's clock.
          ...(lifetime === undefined ? {} : { sessionToken: randomBytes(96).toString('base64'), expiration: Date.now() + lifetime }),
        },
        principal: { arn, ...(roleArn === undefined ? {} : { roleArn }), tags, accessKeyId },
        userId,
        policies,
      };
      sessions.set(accessKeyId, session);
      return session;
    },
  };
}

function letters(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
