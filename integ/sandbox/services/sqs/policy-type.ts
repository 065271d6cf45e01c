import type { ResourceType } from '../../contracts';

export const queuePolicyType: ResourceType = {
  type: 'AWS::SQS::QueuePolicy',
  support: 'evaluated',
  reason: 'the endpoint evaluates it for every call',
  properties: { PolicyDocument: 'evaluated', Queues: 'evaluated' },
  ref: (of) => of.name('PolicyId'),
  attributes: { Id: (of) => of.name('PolicyId') },
};
