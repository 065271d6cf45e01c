import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { synthesized } from '../core/private/base/synthesized';
import type { LakeErasure } from '../lake-erasure';
import type { ResilientGovSync } from '../resilient-gov-sync';
import type { ITenantTable } from '../tenant-table';
import type { RetainedStores } from './settings';
import { CONTENT, type Content } from './store-content';

/** Constructs whose stores a removal removes data from. */
export interface EmptiedConstructs {
  readonly tables: readonly ITenantTable[];
  readonly lakes: readonly LakeErasure[];
  readonly syncs: readonly { readonly sync: ResilientGovSync; readonly remove: ReturnType<ResilientGovSync['_removal']> }[];
}

/**
 * What keeps data of a tenant after a removal, as the templates have it. A store below two of the constructs counts for the first one.
 *
 * @param others constructs that nothing is removed from
 */
export function retainedStores({ tables, lakes, syncs }: EmptiedConstructs, others: readonly IConstruct[]): RetainedStores[] {
  /** The folders from which nothing is removed, by table or bucket. */
  const emptied = new Map<IConstruct, readonly string[]>([
    ...tables.map(({ table }) => [table, []] as const),
    ...lakes.map(({ _lake }) => [_lake.bucket, []] as const),
    ...syncs.map(({ sync, remove }) => [sync.reportBucket, remove.sharedFolders] as const),
  ]);
  const seen = new Set<IConstruct>();
  return [...tables, ...lakes.flatMap((erasure) => [erasure, erasure._lake]), ...syncs.map(({ sync }) => sync), ...others].flatMap(
    (construct) => {
      const resources = construct.node.findAll().filter((one): one is CfnResource => CfnResource.isCfnResource(one) && !seen.has(one));
      const contents = resources.flatMap((resource) => {
        seen.add(resource);
        const contentsOf = CONTENT[resource.cfnResourceType];
        if (contentsOf === undefined) return [];
        const name = resource.node.path.slice(construct.node.path.length + 1).replace(/\/?Resource$/, '');
        const found = contentsOf(name, synthesized(resource).properties);
        const { scope: owner = construct } = resource.node;
        const folders = emptied.get(owner)?.map((folder) => `${name}/${folder}`);
        return folders === undefined ? found : found.filter((content) => content.isCopy || folders.includes(content.name));
      });
      return contents.length === 0 ? [] : [compact(construct.node.path, contents)];
    },
  );
}

/** Lambda takes 4 KB of settings. */
function compact(place: string, contents: readonly Content[]): RetainedStores {
  const daysOf = (wanted: Content['fate']) =>
    contents.flatMap(({ name, fate, days }) => (fate === wanted ? [[name, days ?? 0] as const] : []));
  const [expires, locked, kept] = [daysOf('expires'), daysOf('locked'), daysOf('kept')];
  return {
    place,
    ...(expires.length === 0 ? {} : { expires: Object.fromEntries(expires) }),
    ...(locked.length === 0 ? {} : { locked: Object.fromEntries(locked) }),
    ...(kept.length === 0 ? {} : { kept: kept.map(([name]) => name) }),
  };
}
