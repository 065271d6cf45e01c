import { join } from 'node:path';
import { App, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** A generated password that a function replaces every month, and a function that uses it. */
class SecretStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const secret = new secretsmanager.Secret(this, 'Password', {
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: 'reader' }),
        generateStringKey: 'password',
        passwordLength: 24,
        excludePunctuation: true,
      },
    });
    const code = lambda.Code.fromAsset(join(__dirname, 'lambda'));
    const rotate = new lambda.Function(this, 'Rotate', { runtime: lambda.Runtime.PYTHON_3_13, code, handler: 'rotate.handler' });
    secret.addRotationSchedule('Monthly', { rotationLambda: rotate, automaticallyAfter: Duration.days(30) });

    const reader = new lambda.Function(this, 'Reader', {
      runtime: lambda.Runtime.PYTHON_3_13,
      code,
      handler: 'reader.handler',
      environment: { SECRET_ARN: secret.secretArn },
    });
    secret.grantRead(reader);
    new CfnOutput(this, 'ReaderName', { value: reader.functionName });
  }
}

new SecretStack(new App(), 'RotatedSecret');
