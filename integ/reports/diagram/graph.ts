import type { TemplateResource } from '../assembly/stacks';
import { DRAWN } from './drawn';

export interface Node {
  readonly id: string;
  readonly type: string;
  /** The construct of the app that it belongs to. */
  readonly group: string;
  /** Its path below that. */
  readonly name: string;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Whether it is taken only if something has failed. */
  readonly onFailure: boolean;
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** Properties that name where something comes from: the arrow begins there. */
const SOURCES = ['Source', 'EventSourceArn'];

/** Properties with the place for what has failed. */
const ON_FAILURE = ['DeadLetterConfig', 'RedrivePolicy', 'DestinationConfig'];

/** Properties that say nothing about the way of data. */
const ASIDE = ['EventPattern', 'LoggingConfiguration', 'RedriveAllowPolicy', 'Tags'];

/** Resources that connect others, with the property that is the beginning of the arrow. What else they refer to is its end. */
const CONNECTIONS: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::Authorizer': 'RestApiId',
  'AWS::ApiGateway::Method': 'RestApiId',
  'AWS::ElasticLoadBalancingV2::Listener': 'LoadBalancerArn',
  'AWS::Lambda::EventSourceMapping': 'EventSourceArn',
  'AWS::WAFv2::WebACLAssociation': 'WebACLArn',
};

/** What another resource stands for: a service for its task definition, its load balancer's target group and so on. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  'AWS::ECS::Service': ['TaskDefinition', 'LoadBalancers'],
  'AWS::ElasticLoadBalancingV2::Listener': ['LoadBalancerArn'],
};

/** The resources of an app through which data passes, and the arrows between them, as their properties refer to each other. */
export function graphOf(resources: readonly TemplateResource[]): Graph {
  const byId = new Map(resources.map((resource) => [resource.logicalId, resource]));
  const owners = ownersOf(resources, byId);
  const aside = asideOf(resources);
  const isDrawn = (id: string) => DRAWN[byId.get(id)?.type ?? ''] !== undefined && !aside.has(id);
  const drawn = (id: string): string[] => (isDrawn(id) ? [id] : (owners.get(id) ?? []).filter(isDrawn));

  const edges = new Map<string, Edge>();
  const add = (from: string, to: string, onFailure: boolean) => {
    const known = edges.get(`${from} ${to}`);
    if (from !== to) edges.set(`${from} ${to}`, { from, to, onFailure: onFailure && known?.onFailure !== false });
  };
  for (const resource of resources) {
    const { logicalId, type, properties } = resource;
    const begin = CONNECTIONS[type];
    if (begin !== undefined) {
      const from = refsIn(properties[begin]).flatMap(({ id }) => drawn(id));
      const { [begin]: _, ...others } = properties;
      const to = refsIn(others).flatMap(({ id }) => drawn(id));
      for (const one of from) for (const other of to) add(one, other, false);
      continue;
    }
    for (const self of drawn(logicalId)) {
      for (const [name, value] of Object.entries(properties)) {
        for (const { id, onFailure } of refsIn({ [name]: value })) {
          for (const other of drawn(id)) {
            if (SOURCES.includes(name)) add(other, self, false);
            else add(self, other, onFailure);
          }
        }
      }
    }
  }
  const connected = new Set([...edges.values()].flatMap(({ from, to }) => [from, to]));
  const nodes = resources
    .filter(({ logicalId, type }) => isDrawn(logicalId) && (connected.has(logicalId) || !ALONE.includes(type)))
    .map(({ logicalId, type, path = logicalId }) => {
      const [group, ...rest] = path.replace(/\/(Resource|Service\/Service)$/, '').split('/');
      return { id: logicalId, type, group, name: nameOf(rest, type) };
    });
  const known = new Set(nodes.map(({ id }) => id));
  return { nodes, edges: [...edges.values()].filter(({ from, to }) => known.has(from) && known.has(to)) };
}

/** What the service is called already says: `Lambda` is a function. */
const SAID: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'table',
  'AWS::Lambda::Function': 'function',
  'AWS::S3::Bucket': 'bucket',
  'AWS::SQS::Queue': 'queue',
};

/** The path in words: `Sync/LakeReportsFunction` is `sync, lake reports`. Empty if the path is only what the service is called. */
function nameOf(path: readonly string[], type: string): string {
  const words = path.map((part) => part.replace(/([a-z])(?=[A-Z])/g, '$1 ').toLowerCase());
  const last = words.length - 1;
  const said = SAID[type];
  if (said !== undefined && words[last]?.endsWith(said)) words[last] = words[last].slice(0, -said.length).trim();
  return [...new Set(words)].filter((word) => word !== '').join(', ');
}

/** Types that are drawn with an arrow only. */
const ALONE = ['AWS::Events::Rule', 'AWS::Lambda::Function', 'AWS::Events::Connection', 'AWS::SNS::Topic'];

/** Parts such as task definitions and target groups, with the drawn resources that they are parts of. */
function ownersOf(resources: readonly TemplateResource[], byId: ReadonlyMap<string, TemplateResource>): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  for (const { logicalId, type, properties } of resources) {
    for (const { id } of refsIn((PARTS[type] ?? []).map((name) => properties[name]))) {
      const isDrawn = DRAWN[byId.get(id)?.type ?? ''] !== undefined;
      const [part, owner] = isDrawn ? [logicalId, id] : [id, logicalId];
      owners.set(part, [...(owners.get(part) ?? []), owner]);
    }
  }
  return owners;
}

/** Queues for what has failed that nothing receives from, buckets of access logs, and functions of custom resources: every system has them. */
function asideOf(resources: readonly TemplateResource[]): ReadonlySet<string> {
  const consumed = new Set(resources.flatMap(({ properties }) => SOURCES.flatMap((name) => refsIn(properties[name]).map(({ id }) => id))));
  const failed = resources.flatMap(({ properties }) => refsIn(properties).filter(({ id, onFailure }) => onFailure && !consumed.has(id)));
  const logs = resources.flatMap(({ properties }) =>
    Object.values(properties.LoggingConfiguration ?? {}).flatMap((value) => refsIn(value)),
  );
  const custom = resources.filter(({ type }) => type.startsWith('Custom::')).flatMap(({ properties }) => refsIn(properties.ServiceToken));
  return new Set([...failed, ...logs, ...custom].map(({ id }) => id));
}

/** The logical ids that a value refers to. */
function refsIn(value: unknown, onFailure = false): { readonly id: string; readonly onFailure: boolean }[] {
  if (Array.isArray(value)) return value.flatMap((one) => refsIn(one, onFailure));
  if (typeof value !== 'object' || value === null) return [];
  const { Ref, 'Fn::GetAtt': attribute } = value as { readonly Ref?: unknown; readonly 'Fn::GetAtt'?: unknown };
  if (typeof Ref === 'string') return [{ id: Ref, onFailure }];
  if (Array.isArray(attribute)) return [{ id: String(attribute[0]), onFailure }];
  return Object.entries(value).flatMap(([name, one]) => (ASIDE.includes(name) ? [] : refsIn(one, onFailure || ON_FAILURE.includes(name))));
}
