import type { Stack } from 'aws-cdk-lib';
import { LakeErasure, LakeLayout } from '../../src';
import { notified } from '../notified';
import { dataLake } from '../streaming-data-lake/fixtures';

export function minimal(stack: Stack): void {
  new LakeErasure(stack, 'Erasure', { lake: dataLake(stack) });
}

export function maximal(stack: Stack): void {
  const lake = dataLake(stack, { layout: LakeLayout.perMonth(), name: 'luca-lake' });
  const erasure = new LakeErasure(stack, 'Erasure', { lake, name: 'luca-erasure' });
  notified(stack, ...erasure.alarms.all());
}
