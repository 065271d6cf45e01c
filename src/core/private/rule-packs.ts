import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The rule packs whose findings are answered where a resource is made. */
export type RulePack = 'AwsSolutions' | 'HIPAA.Security' | 'NIST.800.53.R4' | 'NIST.800.53.R5' | 'PCI.DSS.321' | 'Serverless';

/** The packs that are made of the rules of regulators. */
export const REGULATED: readonly RulePack[] = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'];

/** Answers one finding on one resource for the packs that have the rule: `IAMNoInlinePolicy`, `IAM5[Action::s3:*]`. */
export function acknowledge(resource: IConstruct, packs: readonly RulePack[], rule: string, reason: string): void {
  Validations.of(resource).acknowledge(...packs.map((pack) => ({ id: `${pack}-${rule}`, reason })));
}

/**
 * Answers the finding that a wildcard in a permission's resource is. Its id holds the ARN as the template says it, and a reference to another
 * stack is only known at the end of the synthesis: it is answered in both forms.
 */
export function acknowledgeWildcard(policy: IConstruct, arn: string, reason: string): void {
  const answer = (): void => acknowledge(policy, ['AwsSolutions'], `IAM5[Resource::${flat(Stack.of(policy).resolve(arn))}]`, reason);
  answer();
  policy.node.addValidation({
    validate: () => {
      answer();
      return [];
    },
  });
}

/** As cdk-nag writes an expression of a template. */
function flat(expression: unknown): string {
  if (typeof expression === 'string') return expression.replaceAll('${', '<').replaceAll('}', '>');
  const [[name, value]] = Object.entries(expression as Record<string, unknown>);
  if (name === 'Fn::Join') return (value as [string, unknown[]])[1].map(flat).join((value as [string])[0]);
  if (name === 'Fn::GetAtt') return `<${(value as string[]).map(flat).join('.')}>`;
  if (name === 'Fn::ImportValue' || name === 'Fn::Sub') return flat(value);
  return name === 'Ref' ? `<${flat(value)}>` : JSON.stringify(expression);
}
