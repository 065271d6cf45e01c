import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Estimator } from './estimate';
import { addLimit } from './limit';

/** Checks the size of a function's environment variables. */
export function limitEnvironment(handler: LambdaFunction, remedy: string): void {
  addLimit(
    handler,
    { property: 'bytes of its environment variables', most: 4_096, source: '"Lambda quotas", environment variables', remedy },
    (app) => {
      const resource = handler.node.defaultChild as CfnFunction;
      const { Variables = {} } = (app.synthesized(resource).properties.Environment ?? {}) as { readonly Variables?: object };
      const estimator = Estimator.of(handler, app);
      return Object.entries(Variables).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + estimator.text(value)), 0);
    },
  );
}
