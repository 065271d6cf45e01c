import type { ResourceType } from '../../contracts';

export const cloudformationTypes: ResourceType[] = [customResource('AWS::CloudFormation::CustomResource'), customResource('Custom::*')];

function customResource(type: string): ResourceType {
  return {
    type,
    support: 'runs',
    reason: 'its own provider function receives a Create request, but no Delete request when the sandbox closes',
    properties: { '*': 'runs' },
    ref: (of) => `${of.stack}-${of.logicalId}-${of.token(12)}`,
  };
}
