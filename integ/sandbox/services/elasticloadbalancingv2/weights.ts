import type { Action, Listener, Rule } from './definition';

/** The weights of rules, which deployments change. */
export interface Weights {
  actionOf(rule: Rule): Action;
  /** Sends all requests of a rule to one of its target groups. @throws where the rule does not lead to the group */
  shift(ruleArn: string, targetGroupArn: string): void;
}

export function createWeights(listeners: readonly Listener[]): Weights {
  const changed = new Map<Rule, Action>();
  return {
    actionOf: (rule) => changed.get(rule) ?? rule.action,
    shift(ruleArn, targetGroupArn) {
      const rule = listeners.flatMap(({ rules }) => rules).find(({ arn }) => arn === ruleArn);
      if (rule?.action.kind !== 'forward' || !rule.action.groups.some(({ arn }) => arn === targetGroupArn)) {
        throw new Error(`The listener rule ${ruleArn} does not lead to the target group ${targetGroupArn}`);
      }
      const groups = rule.action.groups.map(({ arn }) => ({ arn, weight: arn === targetGroupArn ? 100 : 0 }));
      changed.set(rule, { kind: 'forward', groups });
    },
  };
}
