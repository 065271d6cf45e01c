import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { RemovedLake } from '../settings';
import { invoke } from './invoke';
import type { Lake } from './places';

/** The part of the answer of a LakeErasure that is read here. */
interface Answer {
  readonly erasures: readonly { readonly id: string }[];
}

/** A lake whose LakeErasure erases all rows of a tenant. */
export function erasedLake({ place, startFunction }: RemovedLake, client: LambdaClient): Lake {
  const ask = (request: object) => invoke<Answer>(client, place, startFunction, request);
  return {
    name: place,
    async open(tenant, requestedBy, reason) {
      const { erasures } = await ask({ tenant, items: 'all', requestedBy, reason });
      return erasures[0].id;
    },
    async isOpen(id) {
      const { erasures } = await ask({ continue: true });
      return erasures.some((erasure) => erasure.id === id);
    },
  };
}
