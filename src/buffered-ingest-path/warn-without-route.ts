import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { warnLate } from '../core/private/late-warning';

/** Warns about a path without a route. Runs at synthesis, because routes are added after the path is created. */
export function warnWithoutRoute(path: Construct, queue: IQueue, routes: () => number): void {
  path.node.addValidation({
    validate: () => {
      if (routes() > 0) return [];
      warnLate(
        queue,
        'ingestPathWithoutRoute',
        `${path.node.path} has no route: no request reaches it. Use api.addRoute('POST /…', path), or path.addRoute(…) on a RestApi of your own.`,
        'what sends its messages',
      );
      return [];
    },
  });
}
