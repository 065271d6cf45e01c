import type { CustomResourceRequest } from '../../src/runtime/custom-resource';
import { findGroup, type GroupSearch } from '../../src/secure-container-service/lambda/find-group';

const request: CustomResourceRequest = {
  RequestType: 'Create',
  ResponseURL: 'https://answers.example',
  StackId: 'arn:stack',
  RequestId: 'request-1',
  LogicalResourceId: 'CloudFrontGroup',
  ResourceProperties: { VpcId: 'vpc-1' },
};

/** A VPC in which CloudFront creates the group after some calls. */
function vpc(after: number) {
  const calls: string[] = [];
  const search: GroupSearch = {
    groups: async (vpcId, name) => {
      calls.push(`${vpcId} ${name}`);
      return calls.length > after ? ['sg-1'] : [];
    },
    sleep: async () => undefined,
  };
  return { calls, search };
}

test('the group of the VPC is found, as soon as CloudFront has created it', async () => {
  const { calls, search } = vpc(3);
  await expect(findGroup(request, search)).resolves.toEqual({ GroupId: 'sg-1' });
  expect(calls).toEqual(Array(4).fill('vpc-1 CloudFront-VPCOrigins-Service-SG'));
});

test('where it is not created, the deployment fails with its name', async () => {
  const { calls, search } = vpc(1_000);
  await expect(findGroup(request, search)).rejects.toThrow(
    'CloudFront created no security group CloudFront-VPCOrigins-Service-SG in vpc-1.',
  );
  expect(calls).toHaveLength(60);
});

test('a deletion asks nothing', async () => {
  const { calls, search } = vpc(0);
  await expect(findGroup({ ...request, RequestType: 'Delete' }, search)).resolves.toEqual({});
  expect(calls).toEqual([]);
});
