import { App } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { FunctionTarget, HttpTarget, TenantUserPool } from 'cdk-andamio';
import { SchoolPlatform } from '../../../examples/school-platform/lib/school-platform';

/** The example, with a function that returns its authorizer context, another client, and another user pool. */
const app = new App();
const platform = new SchoolPlatform(app, 'SchoolPlatform', { appUrl: 'https://schools.example' });

const echo = new LambdaFunction(platform, 'Echo', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline(`exports.handler = async ({ requestContext }) => {
    console.log('reached');
    return { statusCode: 200, body: JSON.stringify(requestContext.authorizer) };
  };`),
});
platform.api.addRoute('GET /echo', FunctionTarget.of(echo));
platform.api.addRoute('GET /echo/{proxy+}', FunctionTarget.of(echo));
// A service on this machine that returns the headers that it received.
platform.api.addRoute('GET /service', HttpTarget.of(process.env.SERVICE_URL ?? 'http://localhost'));
platform.api.addRoute('GET /service/{proxy+}', HttpTarget.of(process.env.SERVICE_URL ?? 'http://localhost'));

platform.users.userPool.addClient('OtherClient', {
  oAuth: { flows: { authorizationCodeGrant: true }, callbackUrls: ['https://schools.example/signed-in'] },
});
const { directory } = platform;
new TenantUserPool(platform, 'OtherUsers', { directory, callbackUrls: ['https://schools.example/signed-in'] });
