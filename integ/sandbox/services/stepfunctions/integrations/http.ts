import type { JsonObject } from '../../../contracts';
import type { ReadIntegration } from './integration';

/** Documented: "Call HTTPS APIs in Step Functions workflows". */
export const httpInvoke: ReadIntegration = (resource) =>
  /^arn:[^:]+:states:::http:invoke$/.test(resource)
    ? {
        resourceType: 'http',
        resource: 'invoke',
        lost: 'States.Http.Socket',
        run: (given, { run }) => run.services.http(given as JsonObject, run.stateMachineArn),
      }
    : undefined;
