import { CfnResource } from 'aws-cdk-lib';
import type { CfnPermission, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { AppResources } from '../app-resources';
import { refersTo } from '../base/synthesized';
import { isFirst } from '../once';
import { Estimator } from './estimate';
import { addLimit } from './limit';

const MOST_BYTES = 20_480;
/** Documented: "AddPermission", StatementId. */
const LONGEST_SID = 100;

/** Checks the size of a function's resource-based policy. A second call has no effect. */
export function limitFunctionPolicy(handler: IFunction): void {
  if (!isFirst(handler, 'FunctionPolicy.limited')) return;
  addLimit(
    handler,
    {
      property: 'bytes of permissions to invoke it',
      most: MOST_BYTES,
      source: '"Lambda quotas", resource-based policy',
      remedy: 'Use FunctionTarget.of, which adds one permission for all routes of an API.',
    },
    (app) => bytesOf(handler, app),
  );
}

/** The size of the policy in the form of `get-policy`, with the shortest possible values of what is only known at deployment. */
function bytesOf(handler: IFunction, app: AppResources): number {
  const mine = app.ofType<CfnPermission>('AWS::Lambda::Permission').filter((permission) => permits(permission, handler));
  if (mine.length === 0) return 0;
  const statements = mine.map((permission) => statement(permission, Estimator.of(permission, app)));
  return Buffer.byteLength(JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements }));
}

function permits(permission: CfnPermission, handler: IFunction): boolean {
  const { defaultChild } = handler.node;
  return [handler.functionArn, handler.functionName].some(
    (name) =>
      permission.functionName === name ||
      (CfnResource.isCfnResource(defaultChild) && refersTo(permission, permission.functionName, name, defaultChild)),
  );
}

function statement(permission: CfnPermission, estimator: Estimator): object {
  const { action, principal, functionName, sourceArn, sourceAccount } = permission;
  const account = estimator.text(sourceAccount);
  const arn = estimator.text(sourceArn);
  return {
    Sid: estimator.generatedName(permission, LONGEST_SID),
    Effect: 'Allow',
    Principal: { Service: estimator.text(principal) },
    Action: estimator.text(action),
    Resource: estimator.text(functionName),
    ...(account === '' && arn === ''
      ? {}
      : {
          Condition: {
            ...(account === '' ? {} : { StringEquals: { 'AWS:SourceAccount': account } }),
            ...(arn === '' ? {} : { ArnLike: { 'AWS:SourceArn': arn } }),
          },
        }),
  };
}
