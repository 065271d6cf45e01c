import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { answerRequest, type CustomResourceRequest } from '../runtime/custom-resource';
import { findGroup, type GroupSearch } from './lambda/find-group';

const ec2 = new EC2Client();

const search: GroupSearch = {
  async groups(vpcId, name) {
    const { SecurityGroups = [] } = await ec2.send(
      new DescribeSecurityGroupsCommand({
        Filters: [
          { Name: 'vpc-id', Values: [vpcId] },
          { Name: 'group-name', Values: [name] },
        ],
      }),
    );
    return SecurityGroups.flatMap(({ GroupId }) => GroupId ?? []);
  },
  sleep: async (milliseconds) => void (await sleep(milliseconds)),
};

export async function handler(request: CustomResourceRequest): Promise<void> {
  await answerRequest(request, () => findGroup(request, search));
}
