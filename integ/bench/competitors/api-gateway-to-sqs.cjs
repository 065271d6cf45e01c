// AWS Solutions Constructs' API → queue, with the function and the table behind it as L2 constructs: it has none.
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
