import { Duration, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { isWholeBetween, wholeBetween } from '../core/private/duration-range';

/** The props of a function that are validated. */
export interface CheckedFunctionProps {
  readonly timeout?: Duration;
  readonly memorySize?: number;
  readonly environment?: Record<string, string>;
}

/** Documented: "Lambda quotas". */
const TIMEOUT = { least: Duration.seconds(1), most: Duration.minutes(15) };
const MEMORY = { least: 128, most: 10_240 };
/** Documented: "Working with Lambda environment variables": reserved environment variables. */
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_(FUNCTION_(NAME|MEMORY_SIZE|VERSION)|INITIALIZATION_TYPE|LOG_(GROUP|STREAM)_NAME|RUNTIME_API)|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

/** Rejects what Lambda would reject during the deployment. */
export function validateFunction(scope: IConstruct, { timeout, memorySize, environment = {} }: CheckedFunctionProps): void {
  if (timeout !== undefined && !isWholeBetween(timeout, 'seconds', TIMEOUT.least, TIMEOUT.most)) {
    invalid(scope, 'timeout', timeout, wholeBetween(timeout, 'seconds', TIMEOUT.least, TIMEOUT.most));
  }
  if (memorySize !== undefined && !Token.isUnresolved(memorySize)) {
    if (!Number.isInteger(memorySize) || memorySize < MEMORY.least || memorySize > MEMORY.most) {
      invalid(scope, 'memorySize', memorySize, `a whole number of MiB, from ${MEMORY.least} to ${MEMORY.most}`);
    }
  }
  for (const name of Object.keys(environment)) {
    if (RESERVED.test(name)) invalid(scope, 'environment', name, 'names other than those that Lambda reserves');
    if (!/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name)) {
      invalid(scope, 'environment', name, 'names of letters, digits and _, of at least two characters, starting with a letter');
    }
  }
}
