import type { EndpointService, ServiceReply, ServiceRequest } from '../../contracts';
import { readForm } from '../../protocol/form';
import { kmsDenial } from '../../protocol/kms-denial';
import { QUERY_CODES, queryError, queryReply } from '../../protocol/query';
import { ServiceError } from '../../protocol/service-error';
import { topicOperations } from './describe';
import type { Operations, OperationsParts } from './operation';
import { publishOperations } from './publish';
import type { Signer } from './signing';
import { subscriptionOperations } from './subscribe';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';
/** Links in messages: they need no signature. */
const LINKS = ['ConfirmSubscription', 'Unsubscribe'];
const CODES: typeof QUERY_CODES = { ...QUERY_CODES, AccessDeniedException: ['AuthorizationError', 403] };

/** SNS's API (documented: Amazon SNS API Reference), and the links and the certificate of its messages. */
export function snsService(parts: OperationsParts, signer: Signer): EndpointService {
  const operations: Operations = { ...publishOperations(parts), ...subscriptionOperations(parts), ...topicOperations(parts) };
  const isCertificate = ({ method, url }: ServiceRequest) => method === 'GET' && url === signer.path;
  const isLink = ({ method, url, headers }: ServiceRequest) =>
    method === 'GET' && headers.authorization === undefined && LINKS.includes(actionIn(url) ?? '');
  return {
    name: 'sns',
    unsigned: (request) => isCertificate(request) || isLink(request),
    read(request) {
      if (isCertificate(request))
        return { operation: 'GetCertificate', checks: () => [], execute: async () => pem(await signer.certificate()) };
      const form = readForm(request);
      const name = form.get('Action') ?? '';
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) throw new ServiceError('InvalidAction', `The sandbox does not support the operation ${name} of sns`);
      const link = isLink(request);
      return {
        operation: name,
        checks: () => (link ? [] : operation.checks(form)),
        execute: () => queryReply(NAMESPACE, name, operation.execute(form, !link)),
      };
    },
    error(_request, code, message, status) {
      const [known, http = status] = CODES[code] ?? [code];
      return queryError(NAMESPACE, known, message, http);
    },
    denied: (_request, denial) =>
      denial.check.action.startsWith('kms:')
        ? queryError(NAMESPACE, 'KMSAccessDenied', kmsDenial(denial), 400)
        : queryError(NAMESPACE, 'AuthorizationError', denial.message, 403),
  };
}

/** The action of a link, `/?Action=…`. */
function actionIn(url: string): string | undefined {
  return url.startsWith('/?') ? /[?&]Action=([A-Za-z]{1,40})(?:&|$)/.exec(url.slice(0, 4096))?.[1] : undefined;
}

function pem(body: string): ServiceReply {
  return { status: 200, headers: { 'content-type': 'application/x-pem-file' }, body };
}
