import type { DeployedStack } from '../assembly/stacks';
import { accountWide, lookedAt, quotas, serviceLinkedRoles } from './data';

/** Resource types in the stacks that are not in the data. */
export function unknownTypes(stacks: readonly DeployedStack[]): string[] {
  const known = new Set(lookedAt);
  const types = stacks.flatMap(({ resources }) => resources).filter((resource) => !known.has(resource.type) && !makesRole(resource));
  return [...new Set(types.map(({ type }) => type))].sort();
}

function makesRole(resource: DeployedStack['resources'][number]): boolean {
  return serviceLinkedRoles.some((role) => role.isMadeFor(resource));
}

/** What an account and Region must have for these stacks, as a Markdown page. */
export function pageOf(stacks: readonly DeployedStack[], head: readonly string[]): string {
  const unknown = unknownTypes(stacks);
  return [
    ...head,
    '',
    '## Once for an account and Region',
    '',
    ...table(
      ['prerequisite', 'how', 'for', 'source'],
      accountWide.map(({ what, how, source, isNeededBy }) => [what, how, names(stacks.filter((stack) => isNeededBy(stack))), source]),
    ),
    '',
    '## Service-linked roles',
    '',
    'AWS creates each of them when it is first needed, if the deployment may use `iam:CreateServiceLinkedRole` for the service. The execution role of the',
    'CDK bootstrap stack may, unless it has narrower policies.',
    '',
    ...table(
      ['role', 'service', 'for', 'source'],
      serviceLinkedRoles.map(({ role, service, source, isMadeFor }) => [
        `\`${role}\``,
        `\`${service}\``,
        names(stacks.filter(({ resources }) => resources.some((resource) => isMadeFor(resource)))),
        source,
      ]),
    ),
    '',
    '## Quotas',
    '',
    'Default quotas as documented by AWS. Your account may have others: `aws service-quotas list-service-quotas --service-code <service>`.',
    '',
    ...table(
      ['quota', 'default', 'can be raised', 'used', 'source'],
      quotas.map(({ what, most, canBeRaised, source, taken }) => [
        what,
        most,
        canBeRaised ? 'yes' : 'no',
        stacks
          .map((stack) => ({ stack, amount: taken(stack) }))
          .filter(({ amount }) => amount !== 0)
          .map(({ stack, amount }) => `${stack.name}: ${amount}`)
          .join('<br>'),
        source,
      ]),
      3,
    ),
    ...(unknown.length === 0
      ? []
      : [
          '',
          '## Unknown resource types',
          '',
          'Look up the quotas of these resource types in the documentation of their services:',
          '',
          ...unknown.map((type) => `- \`${type}\``),
        ]),
    '',
  ].join('\n');
}

function names(stacks: readonly DeployedStack[]): string {
  return stacks.map(({ name }) => name).join(', ');
}

/** Removes rows that do not apply to these stacks. */
function table(head: readonly string[], rows: readonly (readonly string[])[], decisive = 2): string[] {
  const said = rows.filter((row) => row[decisive] !== '');
  if (said.length === 0) return ['None.'];
  return [head, head.map(() => '---'), ...said].map((row) => `| ${row.join(' | ')} |`);
}
