import { Token } from 'aws-cdk-lib';
import { invalid } from '../core/private/base/invalid';

/** Options of a firewall that is created with its API. */
export interface FirewallOptions {
  /**
   * Requests from one address in five minutes, from 10 to 2,000,000,000. Many people may share one: a school has one for all its students.
   *
   * @default - twice what the largest tier may send in that time, so that the tenant's own plan throttles first
   */
  readonly requestsPerAddress?: number;
}

/** Documented: "Rate-based rule statement" in the AWS WAF developer guide. */
const LIMITS = { least: 10, most: 2_000_000_000 };

/** The web ACL of the API: AWS's managed rules against known bad input, SQL injection and addresses with a bad reputation, and a rate for each address. */
export class Firewall {
  /**
   * Blocks what its rules match: 403.
   *
   * @param options the rate for each address
   * @throws when AWS WAF does not accept the rate
   */
  public static blocking(options: FirewallOptions = {}): Firewall {
    return new Firewall('block', checked(options.requestsPerAddress));
  }

  /**
   * Counts what its rules match and lets it through: to see what would be blocked, before it is.
   *
   * @param options the rate for each address
   * @throws when AWS WAF does not accept the rate
   */
  public static counting(options: FirewallOptions = {}): Firewall {
    return new Firewall('count', checked(options.requestsPerAddress));
  }

  /**
   * A web ACL that was created elsewhere, such as one that a security team shares among APIs.
   *
   * @param webAclArn of a regional web ACL in the API's Region
   */
  public static fromWebAclArn(webAclArn: string): Firewall {
    if (!Token.isUnresolved(webAclArn) && !/^arn:[^:]+:wafv2:[^:]+:\d{12}:regional\/webacl\/.+/.test(webAclArn)) {
      invalid('Firewall', 'webAclArn', webAclArn, 'the ARN of a regional web ACL: arn:aws:wafv2:<region>:<account>:regional/webacl/…');
    }
    return new Firewall('external', undefined, webAclArn);
  }

  private constructor(
    /** What it does with a match. @internal */
    public readonly _mode: 'block' | 'count' | 'external',
    /** @internal */
    public readonly _requestsPerAddress?: number,
    /** @internal */
    public readonly _webAclArn?: string,
  ) {}
}

/** The rate that a tenant of the largest tier behind one address does not meet. */
export function rateFor(largestRate: number): number {
  return Math.min(LIMITS.most, Math.max(LIMITS.least, Math.ceil(2 * largestRate * 300)));
}

function checked(requests: number | undefined): number | undefined {
  const right =
    requests === undefined ||
    Token.isUnresolved(requests) ||
    (Number.isInteger(requests) && requests >= LIMITS.least && requests <= LIMITS.most);
  return right ? requests : invalid('Firewall', 'requestsPerAddress', requests, `a whole number from ${LIMITS.least} to ${LIMITS.most}`);
}
