import type { CfnRole, Role } from 'aws-cdk-lib/aws-iam';
import type { AppResources } from '../app-resources';
import { Estimator } from './estimate';
import { addLimit, addQuota } from './limit';

/** Documented: "IAM and AWS STS quotas", role trust policy length; white space is not counted. */
const CHARACTERS = { quota: 2_048, most: 4_096 };

/** Checks the size of a role's trust policy. */
export function limitTrustPolicy(role: Role, remedy: string): void {
  const property = 'characters of its trust policy';
  const source = '"IAM and AWS STS quotas", role trust policy length';
  const measure = (app: AppResources) => charactersOf(role, app);
  addQuota(role, { id: 'trustPolicyLength', property, most: CHARACTERS.quota, source, remedy }, (app) => {
    const characters = measure(app);
    return characters > CHARACTERS.most ? 0 : characters;
  });
  addLimit(role, { property, most: CHARACTERS.most, source, remedy }, measure);
}

function charactersOf(role: Role, app: AppResources): number {
  const { AssumeRolePolicyDocument } = app.synthesized(role.node.defaultChild as CfnRole).properties;
  return JSON.stringify(Estimator.of(role, app).document(AssumeRolePolicyDocument)).length;
}
