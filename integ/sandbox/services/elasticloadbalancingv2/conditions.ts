import { BlockList, isIP } from 'node:net';
import type { Properties } from '../../assembly/properties';
import { matchesWildcard } from '../../protocol/wildcard';
import type { RoutedRequest } from './definition';

type Condition = (request: RoutedRequest) => boolean;

/** Whether a request matches all conditions of a rule. Documented: "Condition types for listener rules". */
export function readConditions(rule: Properties): Condition {
  const conditions = rule.list('Conditions').map(readCondition);
  if (conditions.length === 0) throw rule.invalid('Conditions', 'is missing: a rule needs a condition');
  return (request) => conditions.every((matches) => matches(request));
}

function readCondition(condition: Properties): Condition {
  const field = condition.required('Field');
  const values = (config: string): string[] => {
    const owner = condition.object(config) ?? condition;
    if (owner.has('RegexValues')) throw owner.invalid('RegexValues', 'is not supported');
    const found = textsOf(owner, 'Values');
    if (found.length === 0) throw owner.invalid('Values', 'is missing');
    return found;
  };
  const lower = (texts: readonly string[]): string[] => texts.map((text) => text.toLowerCase());
  switch (field) {
    case 'path-pattern': {
      // "A path pattern is case-sensitive", and applies to the path only, not to its query.
      const patterns = values('PathPatternConfig');
      return ({ path }) => patterns.some((pattern) => matchesWildcard(pattern, path));
    }
    case 'host-header': {
      const patterns = lower(values('HostHeaderConfig'));
      return ({ host }) => patterns.some((pattern) => matchesWildcard(pattern, host.toLowerCase()));
    }
    case 'http-header': {
      const name = condition.object('HttpHeaderConfig')?.required('HttpHeaderName').toLowerCase();
      const patterns = lower(values('HttpHeaderConfig'));
      const sent = ({ headers }: RoutedRequest) => headers.filter(([key]) => key.toLowerCase() === name);
      return (request) => sent(request).some(([, value]) => patterns.some((pattern) => matchesWildcard(pattern, value.toLowerCase())));
    }
    case 'http-request-method': {
      // "The method name is case-sensitive. Wildcards are not supported."
      const methods = values('HttpRequestMethodConfig');
      return ({ method }) => methods.includes(method);
    }
    case 'query-string':
      return readQuery(condition);
    case 'source-ip': {
      const block = blockOf(values('SourceIpConfig'), condition);
      return ({ sourceIp }) => isIP(sourceIp) !== 0 && block.check(sourceIp, isIP(sourceIp) === 6 ? 'ipv6' : 'ipv4');
    }
    default:
      throw condition.invalid('Field', `${field} is not supported`);
  }
}

/** Key and value are compared without their case; without a key, any parameter may have the value. */
function readQuery(condition: Properties): Condition {
  const pairs = (condition.object('QueryStringConfig')?.list('Values') ?? []).map((pair) => ({
    key: pair.text('Key')?.toLowerCase(),
    value: pair.required('Value').toLowerCase(),
  }));
  if (pairs.length === 0) throw condition.invalid('QueryStringConfig.Values', 'is missing');
  return ({ query }) => {
    const sent = query.split('&').map((part) => {
      const cut = part.indexOf('=');
      return cut < 0 ? [part, ''] : [part.slice(0, cut), part.slice(cut + 1)];
    });
    return sent.some(([key, value]) =>
      pairs.some(
        (pair) =>
          (pair.key === undefined || matchesWildcard(pair.key, key.toLowerCase())) && matchesWildcard(pair.value, value.toLowerCase()),
      ),
    );
  };
}

function blockOf(cidrs: readonly string[], condition: Properties): BlockList {
  const block = new BlockList();
  for (const cidr of cidrs) {
    const [network, prefix] = cidr.split('/');
    condition.attempt('SourceIpConfig.Values', () => block.addSubnet(network, Number(prefix), isIP(network) === 6 ? 'ipv6' : 'ipv4'));
  }
  return block;
}

export function textsOf(owner: Properties, name: string): string[] {
  const value = owner.raw(name) ?? [];
  if (!Array.isArray(value)) throw owner.invalid(name, 'must be a list');
  return value.map(String);
}
