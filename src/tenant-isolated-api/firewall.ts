import { Token } from 'aws-cdk-lib';
import { invalid } from '../core/private/base/invalid';

/** Options of a firewall that is created with its API. */
export interface FirewallOptions {
  /**
   * Most requests from one IP address in five minutes, 10 to 2,000,000,000. Many users may share an address: a school may have one for all
   * its students.
   *
   * @default - twice what the largest tier may send in that time, so that the tenant's usage plan throttles first
   */
  readonly requestsPerAddress?: number;
}

/** Documented: "Rate-based rule statement" in the AWS WAF developer guide. */
const LIMITS = { least: 10, most: 2_000_000_000 };

/**
 * The web ACL of an API: AWS managed rules against known bad inputs, SQL injection and addresses with a bad reputation, and a rate limit
 * for each address.
 */
export class Firewall {
  /**
   * Blocks requests that match a rule, with a 403.
   *
   * @param options the rate limit for each address
   * @throws when AWS WAF does not accept the rate
   */
  public static blocking(options: FirewallOptions = {}): Firewall {
    return new Firewall('block', checked(options.requestsPerAddress));
  }

  /**
   * Counts requests that match a rule but lets them through: use it to see what `blocking` would block.
   *
   * @param options the rate limit for each address
   * @throws when AWS WAF does not accept the rate
   */
  public static counting(options: FirewallOptions = {}): Firewall {
    return new Firewall('count', checked(options.requestsPerAddress));
  }

  /**
   * A web ACL that was created elsewhere, such as one that a security team shares among APIs.
   *
   * @param webAclArn ARN of a regional web ACL in the API's Region
   */
  public static fromWebAclArn(webAclArn: string): Firewall {
    if (!Token.isUnresolved(webAclArn) && !/^arn:[^:]+:wafv2:[^:]+:\d{12}:regional\/webacl\/.+/.test(webAclArn)) {
      invalid('Firewall', 'webAclArn', webAclArn, 'the ARN of a regional web ACL: arn:aws:wafv2:<region>:<account>:regional/webacl/…');
    }
    return new Firewall('external', undefined, webAclArn);
  }

  private constructor(
    /** What happens to requests that match a rule. @internal */
    public readonly _mode: 'block' | 'count' | 'external',
    /** @internal */
    public readonly _requestsPerAddress?: number,
    /** @internal */
    public readonly _webAclArn?: string,
  ) {}
}

/** A limit that a tenant of the largest tier behind a single address does not reach. */
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
