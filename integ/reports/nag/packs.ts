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

/** The result of a rule for a resource: `Compliant`, `Non-Compliant`, `N/A`, or a list of findings. */
export type RuleResult = ReturnType<IApplyRule['rule']>;

/** One rule, evaluated on one resource. */
export interface Check {
  /** `AwsSolutions-IAM5` */
  readonly ruleId: string;
  readonly params: IApplyRule;
  /** Undefined if the rule threw an error, which the pack counts as a finding. */
  readonly result?: RuleResult;
}

/** The checks that a pack made, and its findings: `<id> <path>`. */
export interface PackReport {
  readonly pack: string;
  readonly checks: readonly Check[];
  readonly violations: ReadonlySet<string>;
}

/** New instances of the six packs of cdk-nag. */
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
 * Runs an unchanged pack and records the result of each rule, because cdk-nag 3 only reports findings that are not acknowledged. The pack
 * itself decides which findings are acknowledged.
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

/** The name of a finding in `violations`. */
export function key(findingId: string, path: string): string {
  return `${findingId} ${path}`;
}
