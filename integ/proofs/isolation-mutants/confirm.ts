import type { Platform } from '../isolation/platform';
import type { Finding } from '../isolation-for-all/findings';
import { type Configuration, configurationsOf, type Templates } from './configurations';
import { isAllowed, mayOpen, type Principal, principalsOf, sessionOf } from './principals';

/** Whether the evaluation allows what a proof found, in a configuration that agrees with it. */
export function confirms(templates: Templates, platform: Platform, finding: Finding): boolean {
  return configurationsOf(templates)
    .filter(({ given }) =>
      Object.entries(given).every(([name, value]) => finding.given[name] === undefined || finding.given[name] === value),
    )
    .some((configuration) => allows(configuration, platform, finding));
}

function allows(configuration: Configuration, platform: Platform, { principal, tags, request }: Finding): boolean {
  const everybody = principalsOf(configuration);
  const role = configuration.roles.find(({ path }) => path === principal);
  if (request.action === 'sts:AssumeRole') {
    const assumed = configuration.roles.find(({ arn }) => arn === request.resource);
    const tenant = platform.roles.find(({ arn }) => arn === request.resource);
    const openers = role === undefined ? everybody : [sessionOf(configuration, role, tags)];
    // A tenant's role needs a tag in its trust; of other roles, sessions have none.
    const sessionTags = tenant === undefined ? [{}, tags] : [tags, { [tenant.tag]: 'a-1' }];
    return assumed !== undefined && openers.some((opener) => sessionTags.some((own) => mayOpen(configuration, opener, assumed, own)));
  }
  const callers: readonly Principal[] =
    role === undefined ? everybody.filter(({ id }) => isNamed(id, principal)) : [sessionOf(configuration, role, tags)];
  return callers.some((caller) => [caller, unspoken(caller)].some((one) => isAllowed(configuration, one, request)));
}

/** A service need not say for whom it acts. */
function unspoken(caller: Principal): Principal {
  const { 'aws:SourceAccount': _account, 'aws:SourceArn': _arn, ...context } = caller.context;
  return { ...caller, context };
}

/** Everybody is everyone who is no role of the app; a service is named as it is. */
function isNamed(id: string, principal: string): boolean {
  if (principal === 'everybody') return id === 'another account' || id === 'a role of the account without permissions';
  if (principal.endsWith('.amazonaws.com')) return id.startsWith(principal);
  return principal.includes('210987654321') ? id === 'another account' : id === 'a role of the account without permissions';
}
