import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The rule packs whose findings are answered where a resource is made. */
export type RulePack = 'AwsSolutions' | 'HIPAA.Security' | 'NIST.800.53.R4' | 'NIST.800.53.R5' | 'PCI.DSS.321' | 'Serverless';

/** Answers one finding on one resource for the packs that have the rule: `IAMNoInlinePolicy`, `IAM5[Action::s3:*]`. */
export function acknowledge(resource: IConstruct, packs: readonly RulePack[], rule: string, reason: string): void {
  Validations.of(resource).acknowledge(...packs.map((pack) => ({ id: `${pack}-${rule}`, reason })));
}
