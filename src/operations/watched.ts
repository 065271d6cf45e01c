import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { DashboardGraph, DashboardTable, IObservable, RecommendedAlarm } from '../core';
import { invalid, invalidText } from '../core/private/base/invalid';
import { outermostStack } from '../core/private/base/outermost-stack';

/** A construct with alarms, graphs or tables. */
export interface Watched {
  readonly construct: IConstruct;
  readonly alarms: readonly RecommendedAlarm[];
  readonly graphs: readonly DashboardGraph[];
  readonly tables: readonly DashboardTable[];
}

/**
 * Finds what can be watched in some scopes and below them, each once, in their order.
 *
 * @param where the Operations, which is not part of it
 * @throws when there is nothing to watch, or when it is in another account or Region: an alarm can notify a topic of its own Region only
 */
export function watchedIn(where: IConstruct, scopes: readonly IConstruct[]): Watched[] {
  const all = observablesIn(where, scopes);
  const watched = all.map((construct) => {
    const { recommendedAlarms, graphs = [], tables = [] } = construct as IConstruct & IObservable;
    return { construct, alarms: recommendedAlarms, graphs, tables };
  });
  if (watched.every(({ alarms, graphs }) => alarms.length + graphs.length === 0)) {
    invalid(where, 'watch', [...scopes], 'at least one construct with recommended alarms or graphs, or a scope above one');
  }
  for (const { construct } of watched) checkPlace(where, construct);
  rejectLateOnes(where, scopes, new Set(all));
  return watched;
}

/** The name of a construct as people know it: its path below its stack. */
export function pathOf(construct: IConstruct): string {
  const stack = outermostStack(construct);
  return construct.node.path.slice(stack.node.path === '' ? 0 : stack.node.path.length + 1);
}

function observablesIn(where: IConstruct, scopes: readonly IConstruct[]): IConstruct[] {
  const found = scopes.flatMap((scope) => scope.node.findAll()).filter((construct) => construct !== where && isObservable(construct));
  return [...new Set(found)];
}

/** Not `instanceof`: other languages and apps have constructs of their own. */
function isObservable(construct: object): boolean {
  return 'recommendedAlarms' in construct && 'logGroups' in construct;
}

function checkPlace(where: IConstruct, construct: IConstruct): void {
  const [here, there] = [Stack.of(where), Stack.of(construct)];
  const isOther = (one: string, other: string) => Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
  if (!isOther(here.region, there.region) && !isOther(here.account, there.account)) return;
  invalid(
    where,
    'watch',
    construct,
    `constructs of ${here.account} and ${here.region}, as this Operations: an alarm can only notify a topic of its account and Region. Create an Operations for each`,
  );
}

/** What is added later would have no alarms, and nobody would notice. */
function rejectLateOnes(where: IConstruct, scopes: readonly IConstruct[], known: ReadonlySet<IConstruct>): void {
  where.node.addValidation({
    validate: () =>
      observablesIn(where, scopes)
        .filter((construct) => !known.has(construct))
        .map((construct) => invalidText(where, 'watch', construct, 'a construct that is created before this Operations')),
  });
}
