import { type CfnResource, Lazy } from 'aws-cdk-lib';
import { Deployment, type IRestApi, Method } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { partsOfApi } from './api-parts';
import { outermostStack } from './base/outermost-stack';
import { synthesized } from './base/synthesized';
import { warnLate } from './late-warning';
import { isFirst } from './once';

/**
 * Creates a new deployment of the API whenever a resource changes that a deployment includes, with and without feature flags. This covers
 * changes that the CDK ignores: authorizers and property overrides. A second call has no effect.
 */
export function redeployOnEveryChange(api: IRestApi): void {
  if (api.latestDeployment !== undefined) watch(api, api.latestDeployment);
}

/**
 * Does the same for the API of a route. If the API itself has no deployment (an imported one, or `deploy: false`), the deployments of it in
 * this app are used. Without any, a warning says what the owner of the API must do.
 */
export function deployRoute(method: Method): void {
  const { api } = method;
  if (api.latestDeployment !== undefined) {
    watch(api, api.latestDeployment);
    return;
  }
  method.node.addValidation({
    validate: () => {
      const deployments = deploymentsOf(api).filter((deployment) => isBeside(deployment, method));
      for (const deployment of deployments) {
        watch(api, deployment);
        // The validations of the deployment itself may already have run.
        waitForParts(api, deployment);
      }
      if (deployments.length === 0) warnNotDeployed(method, api);
      return [];
    },
  });
}

/** Warns if a method is in another stack than its API and no deployment in its own stack includes it, so that it cannot be called. */
export function warnOfOtherStack(method: IConstruct, api: IRestApi): void {
  if (isBeside(api, method) || deploymentsOf(api).some((deployment) => isBeside(deployment, method))) return;
  warnNotDeployed(method, api);
}

/** Whether a deployment can depend on a part of its API, which needs both to be in one stack. */
function isBeside(one: IConstruct, other: IConstruct): boolean {
  return outermostStack(one) === outermostStack(other);
}

function watch(api: IRestApi, deployment: Deployment): void {
  if (!isFirst(deployment, 'ApiDeployment.watched')) return;
  deployment.addToLogicalId(Lazy.uncachedAny({ produce: () => partsOfApi(api).map(synthesized).sort(byLogicalId) }));
  deployment.node.addValidation({ validate: () => waitForParts(api, deployment) });
}

/** A deployment is a snapshot of the API: all parts that it includes must be created before it. */
function waitForParts(api: IRestApi, deployment: Deployment): [] {
  for (const part of partsOfApi(api)) (deployment.node.defaultChild as CfnResource).addResourceDependency(part);
  return [];
}

function byLogicalId(one: { readonly logicalId: string }, other: { readonly logicalId: string }): number {
  return one.logicalId < other.logicalId ? -1 : 1;
}

function deploymentsOf(api: IRestApi): Deployment[] {
  return api.node.root.node
    .findAll()
    .filter((construct): construct is Deployment => construct instanceof Deployment && construct.api.restApiId === api.restApiId);
}

function warnNotDeployed(method: IConstruct, api: IRestApi): void {
  if (!isFirst(method, 'ApiDeployment.warned')) return;
  const route = method instanceof Method ? `${method.httpMethod} ${method.resource.path}` : 'it';
  const [deployment] = deploymentsOf(api);
  const why =
    deployment === undefined
      ? 'is added to an API that nothing in this app deploys (an imported one, or one with deploy: false)'
      : `is added in ${outermostStack(method).node.path}, after ${outermostStack(deployment).node.path} has deployed the API. Add it in the stack of the ` +
        'API: its target may be in another stack that does not depend on the stack of the API';
  warnLate(
    method,
    'routeNotDeployed',
    `${method.node.path}: ${route} ${why}. It cannot be called until the owner of the API creates a deployment ` +
      '(aws apigateway create-deployment --rest-api-id … --stage-name …), and each later change of it needs another deployment.',
    'who deploys it',
  );
}
