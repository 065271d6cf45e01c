import {
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  IAMClient,
  ListPolicyVersionsCommand,
  SetDefaultPolicyVersionCommand,
} from '@aws-sdk/client-iam';
import type { SessionBoundary } from './ended-sessions';

/** Timeouts of one attempt in milliseconds. The SDK makes up to three. */
const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

/** The permissions boundaries of tenant roles by the SDK. */
export function sessionBoundaries(policyArns: readonly string[]): SessionBoundary[] {
  const client = new IAMClient({ requestHandler: TIMEOUTS });
  return policyArns.map((policyArn) => sessionBoundary(client, policyArn));
}

function sessionBoundary(client: IAMClient, PolicyArn: string): SessionBoundary {
  const create = async (PolicyDocument: string) => {
    const { PolicyVersion } = await client.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: false }));
    return PolicyVersion?.VersionId ?? '';
  };
  const deleteOthers = async (id?: string) => {
    // A policy has five versions at most, which are one page.
    const { Versions = [] } = await client.send(new ListPolicyVersionsCommand({ PolicyArn }));
    for (const { VersionId, IsDefaultVersion } of Versions) {
      if (IsDefaultVersion === true || VersionId === id) continue;
      await existing(() => client.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId })));
    }
  };
  return {
    async createVersion(document) {
      try {
        return await create(document);
      } catch (error) {
        if ((error as Error).name !== 'LimitExceededException') throw error;
        // Requests that ended early have left their versions.
        await deleteOthers();
        return create(document);
      }
    },
    deleteOtherVersions: deleteOthers,
    setDefaultVersion: (VersionId) => existing(() => client.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId }))),
  };
}

/** Returns false if the version does not exist. */
async function existing(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if ((error as Error).name === 'NoSuchEntityException') return false;
    throw error;
  }
}
