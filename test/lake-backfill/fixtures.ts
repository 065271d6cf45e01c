import type { Construct } from 'constructs';
import { LakeBackfill, type LakeBackfillProps } from '../../src';
import { dataLake } from '../streaming-data-lake/fixtures';

/** A backfill of a lake of its own, with overrides. */
export function lakeBackfill(scope: Construct, props: Partial<LakeBackfillProps> = {}, id = 'Backfill'): LakeBackfill {
  const { encryptionKey } = props;
  const lake = props.lake ?? dataLake(scope, encryptionKey === undefined ? {} : { encryptionKey }, `${id}Lake`);
  return new LakeBackfill(scope, id, { ...props, lake });
}
