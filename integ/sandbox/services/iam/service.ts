import type { EndpointService, ServiceReply } from '../../contracts';
import type { Policies } from '../../iam';
import { readForm } from '../../protocol/form';
import { QUERY_CODES, queryError, queryReply } from '../../protocol/query';
import { ServiceError } from '../../protocol/service-error';
import { element, type Xml } from '../../protocol/xml';
import { type PolicyVersion, type PolicyVersions, policyVersions } from './policy-versions';

const NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/';

interface Operation {
  readonly parameters: readonly string[];
  /** Returns the result, or undefined for an operation without one. */
  execute(versions: PolicyVersions, form: ReadonlyMap<string, string>): readonly Xml[] | undefined;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreatePolicyVersion: {
    parameters: ['PolicyArn', 'PolicyDocument', 'SetAsDefault'],
    execute: (versions, form) => [
      element('PolicyVersion', shown(versions.create(form.get('PolicyDocument') ?? '', form.get('SetAsDefault') === 'true'))),
    ],
  },
  DeletePolicyVersion: {
    parameters: ['PolicyArn', 'VersionId'],
    execute: (versions, form) => void versions.delete(form.get('VersionId') ?? ''),
  },
  ListPolicyVersions: {
    parameters: ['PolicyArn'],
    execute: (versions) => [
      element(
        'Versions',
        versions.list().map((version) => element('member', shown(version))),
      ),
      element('IsTruncated', 'false'),
    ],
  },
  SetDefaultPolicyVersion: {
    parameters: ['PolicyArn', 'VersionId'],
    execute: (versions, form) => void versions.setDefault(form.get('VersionId') ?? ''),
  },
};

/** The operations on versions of managed policies (query protocol), which take effect at once. */
export function iamService(policies: Policies): EndpointService {
  const opened = new Map<string, PolicyVersions>();
  const versionsOf = (arn: string): PolicyVersions => {
    const document = policies.documents.managed(arn);
    if (document === undefined) throw new ServiceError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);
    const versions = opened.get(arn) ?? policyVersions(arn, document, (next) => policies.replaceManaged(arn, next));
    opened.set(arn, versions);
    return versions;
  };
  return {
    name: 'iam',
    read(request) {
      const form = readForm(request);
      const name = form.get('Action') ?? 'unknown';
      const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
      if (operation === undefined) throw new ServiceError('InvalidAction', `The sandbox does not support the operation ${name} of iam`);
      const known = ['Action', 'Version', ...operation.parameters];
      for (const parameter of form.keys()) {
        if (!known.includes(parameter))
          throw new ServiceError('ValidationError', `The sandbox does not support the parameter ${parameter} of ${name}`);
      }
      const arn = form.get('PolicyArn') ?? '';
      return {
        operation: name,
        checks: () => [{ action: `iam:${name}`, resource: arn, context: {} }],
        execute: (): ServiceReply => queryReply(NAMESPACE, name, operation.execute(versionsOf(arn), form)),
      };
    },
    error(_request, given, message, status) {
      const [code, own = status] = QUERY_CODES[given] ?? [given];
      return queryError(NAMESPACE, code, message, own);
    },
  };
}

function shown({ id, isDefault }: PolicyVersion): readonly Xml[] {
  return [element('VersionId', id), element('IsDefaultVersion', String(isDefault))];
}
