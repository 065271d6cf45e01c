// API → queue from AWS Solutions Constructs. Function and table are L2 constructs, because it has no pattern for them.
const { ApiGatewayToSqs } = require('@aws-solutions-constructs/aws-apigateway-sqs');
const { createKey, createTable, createWriter } = require('../synth/l2-writer.cjs');

module.exports = (stack) => {
  const key = createKey(stack);
  const path = new ApiGatewayToSqs(stack, 'Visits', {
    allowCreateOperation: true,
    allowReadOperation: false,
    deployDeadLetterQueue: true,
    maxReceiveCount: 5,
    queueProps: { encryptionMasterKey: key },
  });
  createWriter(stack, { key, table: createTable(stack, key), queue: path.sqsQueue });
};
