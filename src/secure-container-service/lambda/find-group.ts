import type { CustomResourceRequest } from '../../runtime/custom-resource';

/** What the search needs of AWS and of time. */
export interface GroupSearch {
  /** Ids of the security groups of a VPC with this name. */
  groups(vpcId: string, name: string): Promise<readonly string[]>;
  sleep(milliseconds: number): Promise<void>;
}

/** Documented: "Restrict access with VPC origins": CloudFront creates a group of this name in the VPC of the first VPC origin. */
const NAME = 'CloudFront-VPCOrigins-Service-SG';
const POLL_MS = 5_000;
const TRIES = 60;

/**
 * Finds the security group of CloudFront's VPC origins, which CloudFormation does not know.
 *
 * @throws when there is none after five minutes
 */
export async function findGroup(
  { RequestType, ResourceProperties }: CustomResourceRequest,
  search: GroupSearch,
): Promise<Record<string, string>> {
  if (RequestType === 'Delete') return {};
  const vpcId = String(ResourceProperties.VpcId);
  for (let tries = 1; ; tries++) {
    const [groupId] = await search.groups(vpcId, NAME);
    if (groupId !== undefined) return { GroupId: groupId };
    if (tries === TRIES) throw new Error(`CloudFront created no security group ${NAME} in ${vpcId}.`);
    await search.sleep(POLL_MS);
  }
}
