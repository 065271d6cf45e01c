import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { synthesized } from '../base/synthesized';
import { Estimator } from './estimate';
import { addLimit } from './limit';

/** Checks the size of a function's environment variables. */
export function limitEnvironment(handler: LambdaFunction, remedy: string): void {
  addLimit(
    handler,
    { property: 'bytes of its environment variables', most: 4_096, source: '"Lambda quotas", environment variables', remedy },
    () => {
      const resource = handler.node.defaultChild as CfnFunction;
      const { Variables = {} } = (synthesized(resource).properties.Environment ?? {}) as { readonly Variables?: object };
      const estimator = new Estimator(handler);
      return Object.entries(Variables).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + estimator.text(value)), 0);
    },
  );
}
