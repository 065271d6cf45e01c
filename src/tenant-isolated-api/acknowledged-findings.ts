import type { Method, Stage } from 'aws-cdk-lib/aws-apigateway';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { acknowledge, type RulePack } from '../core/private/rule-packs';

const regulated: RulePack[] = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'];
const withTls: RulePack[] = ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'];

/** Answers what the rule packs find in the API's stage. */
export function acknowledgeStage(stage: Stage): void {
  const noLog =
    'Execution logs need a role that is the whole account’s, and hold headers with tokens. The access log has a line for each request, with how it ended and why.';
  acknowledge(stage, ['AwsSolutions'], 'APIG6', noLog);
  acknowledge(stage, regulated, 'APIGWExecutionLoggingEnabled', noLog);
  acknowledge(
    stage,
    regulated,
    'APIGWCacheEnabledAndEncrypted',
    'Nothing is cached, and so nothing kept: a cache of answers that depend on the tenant could give one tenant another’s.',
  );
  acknowledge(
    stage,
    withTls,
    'APIGWSSLEnabled',
    'A client certificate proves API Gateway to HTTP backends. Queues and functions are called with signed requests; an HTTP backend that wants one can be given it.',
  );
}

/** Answers what the rule packs find in a method that browsers call before they may send a token. */
export function acknowledgePreflight(method: Method): void {
  const reason =
    'Browsers ask without a token whether they may send one. The answer is made of the origins that the template names, and nothing else.';
  acknowledge(method, ['AwsSolutions'], 'APIG4', reason);
  acknowledge(method, ['AwsSolutions'], 'COG4', reason);
}

/** Answers what the rule packs find in the secret. */
export function acknowledgeSecret(secret: Secret): void {
  const reason =
    'Tenants’ keys are derived from it: rotation by a schedule would take all of them away at once. The README says how it is done by hand.';
  acknowledge(secret, ['AwsSolutions'], 'SMG4', reason);
  acknowledge(secret, ['HIPAA.Security', 'NIST.800.53.R5'], 'SecretsManagerRotationEnabled', reason);
}

/** Answers what the rule packs find in a method that anybody may call. */
export function acknowledgeAnyone(method: Method, reason: string): void {
  acknowledge(method, ['AwsSolutions'], 'APIG4', reason);
}
