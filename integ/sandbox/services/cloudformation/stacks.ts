import type { EndpointService, JsonObject, Resource, Stacks, StackUpdate } from '../../contracts';
import { readForm } from '../../protocol/form';
import { QUERY_CODES, queryError, queryReply } from '../../protocol/query';
import { ServiceError } from '../../protocol/service-error';
import { element } from '../../protocol/xml';
import { type CustomResourcesOptions, updateCustomResource } from './custom-resources';

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

type Options = Pick<CustomResourcesOptions, 'assembly' | 'clock'> & { functions(): CustomResourcesOptions['functions'] };

/** The stacks of the assembly while they are updated, and DescribeStacks, which providers of custom resources call. */
export function createStacks(options: Options): Stacks & { readonly service: EndpointService } {
  const { assembly } = options;
  const statuses = new Map(assembly.stacks.map((stack) => [stack, 'CREATE_COMPLETE']));
  const current = new Map<Resource, JsonObject>();
  const idOf = (stack: string) => String(assembly.resolve(stack, { Ref: 'AWS::StackId' }));
  const send = (resource: Resource, before: JsonObject, after: JsonObject) =>
    updateCustomResource({ ...options, functions: options.functions() }, resource, { before, after });

  return {
    async update(resource, changed): Promise<StackUpdate> {
      const before = current.get(resource) ?? assembly.properties(resource);
      const after = { ...before, ...changed };
      statuses.set(resource.stack, 'UPDATE_IN_PROGRESS');
      const { status, reason } = await send(resource, before, after);
      if (status === 'SUCCESS') {
        current.set(resource, after);
        statuses.set(resource.stack, 'UPDATE_COMPLETE');
        return { status: 'UPDATE_COMPLETE' };
      }
      // Documented: "Stack failure options": what the update has changed goes back, the failed resource too.
      statuses.set(resource.stack, 'UPDATE_ROLLBACK_IN_PROGRESS');
      const back = await send(resource, after, before);
      const end = back.status === 'SUCCESS' ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_FAILED';
      statuses.set(resource.stack, end);
      return { status: end, reason: back.status === 'SUCCESS' ? reason : `${reason}; ${back.reason}` };
    },
    service: {
      name: 'cloudformation',
      read(request) {
        const form = readForm(request);
        const operation = form.get('Action') ?? 'unknown';
        const name = form.get('StackName') ?? '';
        if (operation !== 'DescribeStacks')
          throw new ServiceError('InvalidAction', `The sandbox does not support the operation ${operation} of cloudformation`);
        const stack = assembly.stacks.find((one) => one === name || idOf(one) === name);
        return {
          operation,
          checks: () => [{ action: 'cloudformation:DescribeStacks', resource: stack === undefined ? '*' : idOf(stack), context: {} }],
          execute: () => {
            if (stack === undefined) throw new ServiceError('ValidationError', `Stack with id ${name} does not exist`);
            const members = [
              element('StackName', stack),
              element('StackId', idOf(stack)),
              element('StackStatus', statuses.get(stack) ?? ''),
              element('CreationTime', new Date(0).toISOString()),
            ];
            return queryReply(NAMESPACE, operation, [element('Stacks', [element('member', members)])]);
          },
        };
      },
      error(_request, given, message, status) {
        const [code, own = status] = QUERY_CODES[given] ?? [given];
        return queryError(NAMESPACE, code, message, own);
      },
    },
  };
}
