import { randomUUID } from 'node:crypto';
import type { Assembly, EndpointService, ServiceCall, ServiceReply } from '../../contracts';
import { readForm } from '../../protocol/form';
import { QUERY_CODES } from '../../protocol/query';
import { ServiceError } from '../../protocol/service-error';
import { element, type Xml, xmlDocument } from '../../protocol/xml';
import { type Change, changeOf, RULE_OPERATION } from './change-rules';
import type { NetworkModel } from './definition';
import { describeGroups, describePrefixLists } from './describe';

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';
const KNOWN = /^(?:Action|Version|GroupId|IpPermissions\.\d+\..+|Filter\.\d+\.(?:Name|Value\.\d+))$/;
const DESCRIPTIONS = { DescribeManagedPrefixLists: describePrefixLists, DescribeSecurityGroups: describeGroups };

/**
 * The operations of EC2 that custom resources call: rules of security groups (`restrictDefaultSecurityGroup` of the CDK), security
 * groups, and the ids of prefix lists.
 */
export function ec2Service(assembly: Assembly, model: () => NetworkModel, changed: (change: Change) => void): EndpointService {
  const describes = (operation: keyof typeof DESCRIPTIONS, form: ReadonlyMap<string, string>): ServiceCall => ({
    operation,
    checks: () => [{ action: `ec2:${operation}`, resource: '*', context: {} }],
    execute: () => reply(operation, DESCRIPTIONS[operation](assembly, form, model())),
  });
  const changes = (operation: string, form: ReadonlyMap<string, string>): ServiceCall => {
    const resource = `arn:${assembly.partition}:ec2:${assembly.region}:${assembly.account}:security-group/${form.get('GroupId')}`;
    return {
      operation,
      checks: () => [{ action: `ec2:${operation}`, resource, context: {} }],
      execute: () => {
        changed(changeOf(operation, form));
        return reply(operation, [element('return', 'true')]);
      },
    };
  };
  return {
    name: 'ec2',
    read(request) {
      const form = readForm(request);
      const operation = form.get('Action') ?? 'unknown';
      for (const name of form.keys()) {
        if (KNOWN.test(name)) continue;
        throw new ServiceError('UnknownParameter', `The sandbox does not support the parameter ${name} of ${operation}`);
      }
      if (operation in DESCRIPTIONS) return describes(operation as keyof typeof DESCRIPTIONS, form);
      if (RULE_OPERATION.test(operation)) return changes(operation, form);
      throw new ServiceError('InvalidAction', `The sandbox does not support the operation ${operation} of ec2`);
    },
    error(_request, given, message, status) {
      const [code, own = status] = QUERY_CODES[given] ?? [given];
      const error = element('Error', [
        element('Code', code === 'AccessDenied' ? 'UnauthorizedOperation' : code),
        element('Message', message),
      ]);
      const body = `<?xml version="1.0"?>${element('Response', [element('Errors', [error]), element('RequestID', randomUUID())]).xml}`;
      return { status: own, headers: { 'content-type': 'text/xml' }, body, error: code };
    },
  };
}

function reply(operation: string, content: readonly Xml[]): ServiceReply {
  const body = xmlDocument(`${operation}Response`, NAMESPACE, [element('requestId', randomUUID()), ...content]);
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}
