import { rmSync } from 'node:fs';
import { type App, CfnResource, Validations } from 'aws-cdk-lib';
import { NagRuleCompliance } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { type Check, key, rulePacks, runPack } from './packs';

export type Status = 'compliant' | 'open' | 'acknowledged';

/** One line of a report: a rule that applies to a resource, or one of several findings of a rule. */
export interface Line {
  readonly pack: string;
  /** `AwsSolutions-IAM5[Resource::*]` */
  readonly id: string;
  /** The construct path of the resource. */
  readonly resource: string;
  /** `AWS::IAM::Policy` */
  readonly type: string;
  /** The library construct that contains the resource, or else the top-level construct in its stack. */
  readonly construct: string;
  readonly status: Status;
  /** Why the finding is acknowledged; empty if it isn't. */
  readonly reason: string;
  /** `Error`, `Warning` */
  readonly level: string;
  readonly info: string;
}

/** The results of all packs for an app. */
export interface Evaluation {
  readonly resources: number;
  readonly lines: readonly Line[];
}

/**
 * Synthesizes an app and runs all packs on each of its resources.
 *
 * @param app its context should turn off bundling, which the rules do not need
 * @param names names of the library's constructs, by class
 */
export function evaluate(app: App, names: ReadonlyMap<unknown, string>): Evaluation {
  // Runs the validations at the end of synthesis. The assembly itself is not used.
  rmSync(app.synth().directory, { recursive: true, force: true });
  const lines = rulePacks().flatMap((pack) => {
    const report = runPack(pack, app);
    const known = report.checks.flatMap((check) => linesOf(report.pack, check, report.violations, names));
    const open = new Set(known.filter(({ status }) => status === 'open').map(({ id, resource }) => key(id, resource)));
    if (open.size !== report.violations.size) throw new Error(`${report.pack} has findings that match no recorded check`);
    return known;
  });
  return { lines, resources: app.node.findAll().filter(CfnResource.isCfnResource).length };
}

function linesOf(
  pack: string,
  { ruleId, params, result }: Check,
  violations: ReadonlySet<string>,
  names: ReadonlyMap<unknown, string>,
): Line[] {
  if (result === NagRuleCompliance.NOT_APPLICABLE) return [];
  const { node, level, info } = params;
  const line = { pack, resource: node.node.path, type: node.cfnResourceType, construct: owner(node, names), level, info };
  const compliant = result === NagRuleCompliance.COMPLIANT || (Array.isArray(result) && result.length === 0);
  if (compliant) return [{ ...line, id: ruleId, status: 'compliant', reason: '' }];
  const ids = Array.isArray(result) ? [...new Set(result)].map((finding) => `${ruleId}[${finding}]`) : [ruleId];
  return ids.map((id) => {
    if (violations.has(key(id, line.resource))) return { ...line, id, status: 'open', reason: '' };
    return { ...line, id, status: 'acknowledged', reason: reasonOf(node, id) };
  });
}

/** Looks up an acknowledgement as cdk-nag does: at the resource, then at its parents. */
function reasonOf(resource: IConstruct, id: string): string {
  for (let at: IConstruct | undefined = resource; at !== undefined; at = at.node.scope) {
    for (const { type, data } of at.node.metadata) {
      if (type !== Validations.ACKNOWLEDGED_RULES_METADATA_KEY) continue;
      for (const [qualified, reason] of Object.entries((data ?? {}) as Record<string, string>)) {
        if (qualified.replace(/^annotation::/i, '') === id) return reason;
      }
    }
  }
  throw new Error(`${resource.node.path}: ${id} is acknowledged, but no reason was found`);
}

/** The innermost library construct that contains a resource, or else the top-level construct in its stack, such as `AppKey`. */
function owner(resource: CfnResource, names: ReadonlyMap<unknown, string>): string {
  const { scopes } = resource.node;
  const innermost = [...scopes].reverse().find((scope) => names.has(scope.constructor));
  return names.get(innermost?.constructor) ?? scopes[scopes.indexOf(resource.stack) + 1]?.node.id ?? '';
}
