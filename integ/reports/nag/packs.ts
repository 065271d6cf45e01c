import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  type IApplyRule,
  type NagPack,
  NIST80053R4Checks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** What a rule answered about a resource: `Compliant`, `Non-Compliant`, `N/A`, or the list of what it found. */
export type RuleResult = ReturnType<IApplyRule['rule']>;

/** One rule, asked about one resource. */
export interface Check {
  /** `AwsSolutions-IAM5` */
  readonly ruleId: string;
  readonly params: IApplyRule;
  /** Undefined where the rule failed: the pack counts that as a finding. */
  readonly result?: RuleResult;
}

/** What a pack was asked, and which findings it holds against the resources: `<id> <path>`. */
export interface PackReport {
  readonly pack: string;
  readonly checks: readonly Check[];
  readonly violations: ReadonlySet<string>;
}

/** The six packs of cdk-nag, new ones each time. */
export function rulePacks(): NagPack[] {
  return [
    new AwsSolutionsChecks(),
    new HIPAASecurityChecks(),
    new NIST80053R4Checks(),
    new NIST80053R5Checks(),
    new PCIDSS321Checks(),
    new ServerlessChecks(),
  ];
}

/**
 * Runs a pack as it is, and writes down each rule's answer on its way through: cdk-nag 3 reports nothing but findings without an answer. Which of
 * them are acknowledged is the pack's own decision.
 */
export function runPack(pack: NagPack, scope: IConstruct): PackReport {
  const checks: Check[] = [];
  const applyRule = (Reflect.get(pack, 'applyRule') as (params: IApplyRule) => void).bind(pack);
  Reflect.set(pack, 'applyRule', (params: IApplyRule) => {
    const name = params.ruleSuffixOverride ?? params.rule.name;
    const ruleId = `${pack.readPackName}-${name}`;
    const rule: IApplyRule['rule'] = (node) => {
      const at = checks.push({ ruleId, params }) - 1;
      const result = params.rule(node);
      checks[at] = { ruleId, params, result };
      return result;
    };
    applyRule({ ...params, ruleSuffixOverride: name, rule });
  });
  const { violations } = pack.validateScope(scope);
  return {
    pack: pack.readPackName,
    checks,
    violations: new Set(
      violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map((at) => key(ruleName, at.constructPath ?? ''))),
    ),
  };
}

/** How a finding on a resource is called in `violations`. */
export function key(findingId: string, path: string): string {
  return `${findingId} ${path}`;
}
