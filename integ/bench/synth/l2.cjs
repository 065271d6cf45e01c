// The same resources and settings, written by hand with aws-cdk-lib alone.
const { Duration, RemovalPolicy, Stack } = require('aws-cdk-lib');
const { AwsIntegration, Model, PassthroughBehavior, RequestValidator } = require('aws-cdk-lib/aws-apigateway');
const { PolicyStatement, Role, ServicePrincipal } = require('aws-cdk-lib/aws-iam');
const { Queue, QueueEncryption } = require('aws-cdk-lib/aws-sqs');
const { createApi, createAuthorizer, visit } = require('./api.cjs');
const { createKey, createTable, createWriter } = require('./l2-writer.cjs');

const TYPE = 'application/json';

module.exports = (stack) => {
  const key = createKey(stack);
  const table = createTable(stack, key);
  const queueProps = { encryption: QueueEncryption.KMS, encryptionMasterKey: key, enforceSSL: true, removalPolicy: RemovalPolicy.RETAIN };
  const deadLetterQueue = new Queue(stack, 'DeadLetterQueue', { ...queueProps, retentionPeriod: Duration.days(10) });
  const retryQueue = new Queue(stack, 'RetryQueue', {
    ...queueProps,
    retentionPeriod: Duration.days(5),
    visibilityTimeout: Duration.seconds(180),
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 4 },
  });
  const queue = new Queue(stack, 'Queue', {
    ...queueProps,
    retentionPeriod: Duration.days(4),
    visibilityTimeout: Duration.seconds(185),
    deadLetterQueue: { queue: retryQueue, maxReceiveCount: 1 },
  });
  createWriter(stack, { key, table, queue, retryQueue });
  createRoute(stack, { key, queue });
};

function createRoute(stack, { key, queue }) {
  const role = new Role(stack, 'ApiRole', { assumedBy: new ServicePrincipal('apigateway.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }));
  role.addToPolicy(
    new PolicyStatement({
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sqs.${Stack.of(stack).region}.amazonaws.com` } },
    }),
  );
  const api = createApi(stack);
  const integration = new AwsIntegration({
    service: 'sqs',
    path: `${Stack.of(stack).account}/${queue.queueName}`,
    integrationHttpMethod: 'POST',
    options: {
      credentialsRole: role,
      passthroughBehavior: PassthroughBehavior.NEVER,
      requestParameters: { 'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'" },
      requestTemplates: {
        [TYPE]:
          'Action=SendMessage&MessageBody=$util.urlEncode($input.body)&MessageGroupId=$util.urlEncode($context.authorizer.tenantId)' +
          '&MessageAttribute.1.Name=tenant&MessageAttribute.1.Value.DataType=String' +
          '&MessageAttribute.1.Value.StringValue=$util.urlEncode($context.authorizer.tenantId)',
      },
      integrationResponses: [
        { statusCode: '202', responseTemplates: { [TYPE]: '{"correlationId":"$context.requestId"}' } },
        { statusCode: '400', selectionPattern: '4\\d{2}', responseTemplates: { [TYPE]: '{"message":"Request rejected"}' } },
        { statusCode: '503', selectionPattern: '5\\d{2}', responseTemplates: { [TYPE]: '{"message":"Try again later"}' } },
      ],
    },
  });
  api.root.addResource('visits').addMethod('POST', integration, {
    authorizer: createAuthorizer(stack),
    requestValidator: new RequestValidator(stack, 'Validator', { restApi: api, validateRequestBody: true }),
    requestModels: { [TYPE]: new Model(stack, 'Model', { restApi: api, schema: visit, contentType: TYPE }) },
    methodResponses: [{ statusCode: '202' }, { statusCode: '400' }, { statusCode: '503' }],
  });
}
