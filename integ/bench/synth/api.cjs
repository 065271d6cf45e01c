// The API in front of the ingest path, the same for all contestants. The app that owns the API adds the authorizer.
const { RestApi, TokenAuthorizer } = require('aws-cdk-lib/aws-apigateway');
const { Function: LambdaFunction } = require('aws-cdk-lib/aws-lambda');

exports.createAuthorizer = (stack) => {
  const handler = LambdaFunction.fromFunctionArn(stack, 'Verifier', 'arn:aws:lambda:us-east-1:123456789012:function:verifier');
  return new TokenAuthorizer(stack, 'Authorizer', { handler });
};

exports.createApi = (stack) => new RestApi(stack, 'Api', { cloudWatchRole: false });

exports.visit = {
  schema: 'http://json-schema.org/draft-04/schema#',
  type: 'object',
  required: ['student', 'page'],
  properties: { student: { type: 'string', minLength: 1, maxLength: 64 }, page: { type: 'string', maxLength: 256 } },
};
