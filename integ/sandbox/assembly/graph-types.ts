import type { ResourceType } from '../contracts';
import { uuid } from './resource-types';

/** Resource types that are part of the graph itself. */
export const graphTypes: ResourceType[] = [
  {
    type: 'AWS::CloudFormation::Stack',
    support: 'runs',
    reason: 'its template is loaded with the parameters of its parent',
    properties: {
      TemplateURL: 'runs',
      Parameters: 'runs',
      Tags: 'template only: the sandbox does not read tags',
      TimeoutInMinutes: 'template only: the sandbox has no creation timeout',
      NotificationARNs: 'template only: the sandbox sends no notifications',
    },
    ref: (of) => `arn:aws:cloudformation:${of.region}:${of.account}:stack/${of.name('StackName', 128)}/${uuid(of.token(32))}`,
  },
  {
    type: 'AWS::CDK::Metadata',
    support: 'template only',
    reason: 'usage analytics of the CDK, nothing to run',
    properties: {},
    ref: (of) => of.name('PhysicalResourceId'),
  },
];
