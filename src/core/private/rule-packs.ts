import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The rule packs whose findings are acknowledged where a resource is created. */
export type RulePack = 'AwsSolutions' | 'HIPAA.Security' | 'NIST.800.53.R4' | 'NIST.800.53.R5' | 'PCI.DSS.321' | 'Serverless';

/** The rule packs of regulations. */
export const REGULATED: readonly RulePack[] = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'];

/** Acknowledges one finding on one resource, for the packs that have the rule: `IAMNoInlinePolicy`, `IAM5[Action::s3:*]`. */
export function acknowledge(resource: IConstruct, packs: readonly RulePack[], rule: string, reason: string): void {
  Validations.of(resource).acknowledge(...packs.map((pack) => ({ id: `${pack}-${rule}`, reason })));
}

/**
 * Acknowledges the finding about a wildcard in the resource of a permission. Its id contains the ARN as in the template. A reference to
 * another stack has its final form only at synthesis, so both forms are acknowledged.
 */
export function acknowledgeWildcard(policy: IConstruct, arn: string, reason: string): void {
  const acknowledgeNow = (known?: string): string => {
    const rule = `IAM5[Resource::${flat(Stack.of(policy).resolve(arn))}]`;
    if (rule !== known) acknowledge(policy, ['AwsSolutions'], rule, reason);
    return rule;
  };
  const known = acknowledgeNow();
  policy.node.addValidation({
    validate: () => {
      acknowledgeNow(known);
      return [];
    },
  });
}

/** A template expression in the notation of cdk-nag. */
function flat(expression: unknown): string {
  if (typeof expression === 'string') return expression.replaceAll('${', '<').replaceAll('}', '>');
  const [[name, value]] = Object.entries(expression as Record<string, unknown>);
  if (name === 'Fn::Join') return (value as [string, unknown[]])[1].map(flat).join((value as [string])[0]);
  if (name === 'Fn::GetAtt') return `<${(value as string[]).map(flat).join('.')}>`;
  if (name === 'Fn::ImportValue' || name === 'Fn::Sub') return flat(value);
  return name === 'Ref' ? `<${flat(value)}>` : JSON.stringify(expression);
}
