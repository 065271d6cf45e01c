import { type CfnResource, Lazy } from 'aws-cdk-lib';
import { Deployment, type IRestApi, Method } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { partsOfApi } from './api-parts';
import { outermostStack } from './base/outermost-stack';
import { synthesized } from './base/synthesized';
import { warnLate } from './late-warning';
import { isFirst } from './once';

/**
 * Makes a new deployment of the API whenever something changes that a stage only takes up with one: with and without feature flags, and for
 * changes that the CDK doesn't look at (authorizers, property overrides). Asking twice is the same as asking once.
 */
export function redeployOnEveryChange(api: IRestApi): void {
  if (api.latestDeployment !== undefined) watch(api, api.latestDeployment);
}

/**
 * The same for the API of a route. Where the API is not deployed by the CDK (an imported one, or `deploy: false`), the deployments of this app
 * that lead to it are taken; without one, a warning says what the API's owner must do.
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
        // Its own validations may have been asked already.
        waitForParts(api, deployment);
      }
      if (deployments.length === 0) warnNotDeployed(method, api);
      return [];
    },
  });
}

/** Says that nobody can call a method, where it is in another stack than the API and no deployment there takes it up. */
export function warnOfOtherStack(method: IConstruct, api: IRestApi): void {
  if (isBeside(api, method) || deploymentsOf(api).some((deployment) => isBeside(deployment, method))) return;
  warnNotDeployed(method, api);
}

/** Whether a deployment can wait for a part of its API: one of another stack could only be there after it. */
function isBeside(one: IConstruct, other: IConstruct): boolean {
  return outermostStack(one) === outermostStack(other);
}

function watch(api: IRestApi, deployment: Deployment): void {
  if (!isFirst(deployment, 'ApiDeployment.watched')) return;
  deployment.addToLogicalId(Lazy.uncachedAny({ produce: () => partsOfApi(api).map(synthesized).sort(byLogicalId) }));
  deployment.node.addValidation({ validate: () => waitForParts(api, deployment) });
}

/** A deployment is a picture of what is there: whatever it is to show must be there before. */
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
      : `is added in ${outermostStack(method).node.path} to an API that ${outermostStack(deployment).node.path} deploys, before it is there. Add it in ` +
        'the stack of the API: what it leads to may be in another stack, which does not need that of the API';
  warnLate(
    method,
    'routeNotDeployed',
    `${method.node.path}: ${route} ${why}. Nobody can call ` +
      'it until the owner of the API makes a deployment for its stage (aws apigateway create-deployment --rest-api-id … --stage-name …), and each ' +
      'later change of it needs another one.',
    'who deploys it',
  );
}
