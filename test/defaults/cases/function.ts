import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import {
  FunctionCode,
  type ISecureFunction,
  SecureFunction,
  SecureFunctionAlarms,
  type SecureFunctionAttributes,
  SecureFunctionMetrics,
  type SecureFunctionProps,
} from '../../../src';
import { secureFunction } from '../../secure-function/fixtures';
import { testStack } from '../../synth';

import { type Case, define, functionArn, has, keptAsScopeSays, lacks, noKeyUse, queueArn } from './case';

/** By the name of the interface. */
export const FUNCTION: Readonly<Record<string, Case>> = {
  FunctionCodeOptions: define({
    create: (stack, options) => secureFunction(stack, { code: FunctionCode.of(Code.fromAsset('test/defaults/asset'), options) }),
  }),
  SecureFunctionAttributes: define<SecureFunctionAttributes>({
    create: (stack, attributes) => SecureFunction.fromSecureFunctionAttributes(stack, 'Function', { functionArn, ...attributes }),
    described: {
      deadLetterQueueArn: (_, fn: ISecureFunction) => {
        expect(() => SecureFunctionMetrics.fromSecureFunction(fn).metricDeadLetters()).toThrow(/deadLetter/);
        expect(() => SecureFunctionAlarms.fromSecureFunction(fn).deadLetters()).toThrow(/deadLetter/);
      },
      encryptionKey: () => {
        const stack = testStack();
        const attributes = { functionArn, deadLetterQueueArn: queueArn('dead-letters') };
        const { deadLetterQueue } = SecureFunction.fromSecureFunctionAttributes(stack, 'Function', attributes);
        deadLetterQueue?.grantConsumeMessages(new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
        noKeyUse(stack);
      },
    },
  }),
  SecureFunctionProps: define<SecureFunctionProps>({
    create: (stack, props) => secureFunction(stack, props),
    described: {
      logRetention: (stack) => {
        has('AWS::Logs::LogGroup', { RetentionInDays: 30 })(stack);
        keptAsScopeSays((other) => secureFunction(other));
      },
      name: lacks('AWS::Logs::LogGroup', 'LogGroupName'),
      vpc: lacks('AWS::Lambda::Function', 'VpcConfig'),
    },
  }),
};
