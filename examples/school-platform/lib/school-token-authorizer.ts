import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface SchoolTokenAuthorizerProps {
  /** The Ed25519 public key of whoever issues the tokens: DER (SPKI) in base64. */
  readonly publicKey: string;
}

/** Lets in who holds a token signed for a school, and says which school it is. */
export class SchoolTokenAuthorizer extends Construct {
  public readonly authorizer: TokenAuthorizer;

  constructor(scope: Construct, id: string, props: SchoolTokenAuthorizerProps) {
    super(scope, id);
    const verifier = new LambdaFunction(this, 'Verifier', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'authorizer.handler',
      code: Code.fromAsset(join(__dirname, '..', 'app')),
      environment: { TOKEN_PUBLIC_KEY: props.publicKey },
      timeout: Duration.seconds(5),
    });
    this.authorizer = new TokenAuthorizer(this, 'Token', {
      handler: verifier,
      validationRegex: '^Bearer [-0-9A-Za-z_]+\\.[-0-9A-Za-z_]+\\.[-0-9A-Za-z_]+$',
      resultsCacheTtl: Duration.minutes(5),
    });
  }
}
