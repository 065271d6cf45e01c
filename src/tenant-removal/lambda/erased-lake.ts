import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { RemovedLake } from '../settings';
import type { Lake } from './places';

/** The part of the answer of a LakeErasure that is read here. */
interface Answer {
  readonly erasures: readonly { readonly id: string }[];
}

/** A lake whose LakeErasure erases all rows of a tenant. */
export function erasedLake({ place, startFunction }: RemovedLake, client: LambdaClient): Lake {
  const invoke = async (request: object): Promise<Answer> => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: startFunction, Payload: JSON.stringify(request) }),
    );
    const answer = JSON.parse(Payload?.transformToString() ?? '{}') as unknown;
    if (FunctionError !== undefined)
      throw new Error(`${place} failed: ${(answer as { readonly errorMessage?: string }).errorMessage ?? FunctionError}`);
    return answer as Answer;
  };
  return {
    name: place,
    async open(tenant, requestedBy, reason) {
      const { erasures } = await invoke({ tenant, items: 'all', requestedBy, reason });
      return erasures[0].id;
    },
    async isOpen(id) {
      const { erasures } = await invoke({ continue: true });
      return erasures.some((erasure) => erasure.id === id);
    },
  };
}
