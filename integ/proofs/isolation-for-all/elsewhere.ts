import type { ManifestContents } from '../../sandbox/assembly';
import { stop } from '../isolation/not-supported';
import { globMatches } from '../isolation/statements';
import type { PolicyStatement } from './policies';
import type { Place } from './reach';

/** Condition keys whose value is the account that a template without one is deployed to; for the principals of the assembly also the second. */
const OF_RESOURCE = /^(aws|s3):resourceaccount$/i;
const OF_CALLER = /^(aws:principalaccount|kms:calleraccount)$/i;

/**
 * Templates without an account and a Region are read with those of the sandbox. A permission that is for another one by its text gives
 * nothing then, and gives access where the templates are deployed to that account or Region.
 *
 * @param statements those of the principals of the assembly, and of its resources
 * @throws for such a permission
 */
export function rejectElsewhere(
  { environment, isAssumed }: ManifestContents,
  statements: readonly PolicyStatement[],
  places: readonly Place[],
): void {
  const { account = false, region = false } = isAssumed ?? {};
  if (!account && !region) return;
  const arns = [...new Set(places.map(({ resource }) => resource))].map(partsOf);
  for (const { where, effect, resources, conditions, exceptResources, named } of statements) {
    if (effect !== 'Allow') continue;
    for (const { key, values } of conditions) {
      const other = values.find((value) => /^\d{12}$/.test(value) && value !== environment.account);
      if (account && other !== undefined && (OF_RESOURCE.test(key) || (named === undefined && OF_CALLER.test(key))))
        stop(where, `${key} ${other}: ${UNKNOWN}`);
    }
    const other = exceptResources ? undefined : resources.find((pattern) => isElsewhere(partsOf(pattern)));
    if (other !== undefined) stop(where, `${other}: ${UNKNOWN}`);
  }

  /** Whether it names a place, except for its account or Region. */
  function isElsewhere(pattern: readonly string[]): boolean {
    const isOther = (part: number, isUnknown: boolean, own: string) =>
      isUnknown && pattern[part] !== '' && !globMatches(pattern[part] ?? '', own);
    if (!isOther(3, region, environment.region) && !isOther(4, account, environment.account)) return false;
    return arns.some((arn) => globMatches(pattern[1], arn[1]) && globMatches(pattern[2], arn[2]) && couldBegin(pattern[5] ?? '', arn[5]));
  }
}

const UNKNOWN =
  'the stacks have no account or Region, so that this may be where they are: give them an environment, or use AWS::AccountId and AWS::Region';

/** Whether a pattern could match a text that begins like this. */
function couldBegin(pattern: string, start: string): boolean {
  const fixed = pattern.replace(/[*?$].*$/s, '');
  return fixed.startsWith(start) || start.startsWith(fixed);
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
