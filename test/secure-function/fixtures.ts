import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { FunctionCode, FunctionConcurrency, SecureFunction, type SecureFunctionProps } from '../../src';

export const code = FunctionCode.of(Code.fromInline('exports.handler = async () => ({ statusCode: 200 })'));
export const concurrency = FunctionConcurrency.reserved(5);

/** The function of the README, with overrides. */
export function secureFunction(scope: Construct, props: Partial<SecureFunctionProps> = {}, id = 'Grades'): SecureFunction {
  return new SecureFunction(scope, id, { code, concurrency, ...props });
}
