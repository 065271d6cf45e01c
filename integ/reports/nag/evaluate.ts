import { rmSync } from 'node:fs';
import { type App, CfnResource, Validations } from 'aws-cdk-lib';
import { NagRuleCompliance } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { type Check, key, rulePacks, runPack } from './packs';

export type Status = 'compliant' | 'open' | 'acknowledged';

/** One line of a report: a rule that applies to a resource, or one finding of a rule that makes several. */
export interface Line {
  readonly pack: string;
  /** `AwsSolutions-IAM5[Resource::*]` */
  readonly id: string;
  /** Path of the resource in the app. */
  readonly resource: string;
  /** `AWS::IAM::Policy` */
  readonly type: string;
  /** The construct of the library that the resource belongs to, else what stands in its stack. */
  readonly construct: string;
  readonly status: Status;
  /** Why the finding is acknowledged; empty where it isn't. */
  readonly reason: string;
  /** `Error`, `Warning` */
  readonly level: string;
  readonly info: string;
}

/** What all packs say about an app. */
export interface Evaluation {
  readonly resources: number;
  readonly lines: readonly Line[];
}

/**
 * Synthesizes an app, and runs all packs over each of its resources.
 *
 * @param app bundling of code is best left out of its context
 * @param names of the library's constructs by their classes
 */
export function evaluate(app: App, names: ReadonlyMap<unknown, string>): Evaluation {
  // What constructs answer at the end of a synthesis is answered then; the assembly itself is of no use here.
  rmSync(app.synth().directory, { recursive: true, force: true });
  const lines = rulePacks().flatMap((pack) => {
    const report = runPack(pack, app);
    const known = report.checks.flatMap((check) => linesOf(report.pack, check, report.violations, names));
    const open = new Set(known.filter(({ status }) => status === 'open').map(({ id, resource }) => key(id, resource)));
    if (open.size !== report.violations.size) throw new Error(`${report.pack} has findings that no check was seen to make`);
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

/** As cdk-nag looks for it: at the resource, then upwards. */
function reasonOf(resource: IConstruct, id: string): string {
  for (let at: IConstruct | undefined = resource; at !== undefined; at = at.node.scope) {
    for (const { type, data } of at.node.metadata) {
      if (type !== Validations.ACKNOWLEDGED_RULES_METADATA_KEY) continue;
      for (const [qualified, reason] of Object.entries((data ?? {}) as Record<string, string>)) {
        if (qualified.replace(/^annotation::/i, '') === id) return reason;
      }
    }
  }
  throw new Error(`${resource.node.path}: ${id} is acknowledged, and no reason for it was found`);
}

/** The innermost construct of the library around a resource; else what it belongs to in its stack, as `AppKey`. */
function owner(resource: CfnResource, names: ReadonlyMap<unknown, string>): string {
  const { scopes } = resource.node;
  const innermost = [...scopes].reverse().find((scope) => names.has(scope.constructor));
  return names.get(innermost?.constructor) ?? scopes[scopes.indexOf(resource.stack) + 1]?.node.id ?? '';
}
