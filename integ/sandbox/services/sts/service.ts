import type { Assembly, Check, Clock, EndpointService, JsonObject, ServiceReply, ServiceRequest } from '../../contracts';
import type { Policies } from '../../iam/index';
import { managedDocument } from '../../iam/managed';
import { requestTags } from '../../iam/request-tags';
import type { Sessions } from '../../iam/sessions';
import { attempt } from '../../process/attempt';
import { listsOf, readForm } from '../../protocol/form';
import { QUERY_CODES, queryError, queryReply } from '../../protocol/query';
import { ServiceError } from '../../protocol/service-error';
import { element } from '../../protocol/xml';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** The supported parameters of AssumeRole; any other is rejected by name. */
const ASSUME_ROLE =
  /^(Action|Version|RoleArn|RoleSessionName|DurationSeconds|ExternalId|Policy|PolicyArns\.member\.\d+\.arn|Tags\.member\.\d+\.(Key|Value))$/;
const CALLER_IDENTITY = /^(Action|Version)$/;

interface AssumeRole {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly seconds: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly policies: readonly JsonObject[];
  readonly check: Check;
}

/** AssumeRole and GetCallerIdentity (query protocol), implemented by the sandbox itself. */
export function stsService(assembly: Assembly, policies: Policies, sessions: Sessions, clock: Clock): EndpointService {
  return {
    name: 'sts',
    read(request) {
      const form = readForm(request);
      const operation = form.get('Action') ?? 'unknown';
      if (operation === 'AssumeRole') {
        const assume = readAssumeRole(form);
        const { check, tags } = assume;
        const checks = Object.keys(tags).length > 0 ? [check, { ...check, action: 'sts:TagSession' }] : [check];
        return { operation, checks: () => checks, execute: () => assumeRole(request, assume) };
      }
      return { operation, checks: () => [], execute: () => callerIdentity(request, form) };
    },
    error(_request, given, message, status) {
      const [code, own = status] = QUERY_CODES[given] ?? [given];
      return queryError(NAMESPACE, code, message, own);
    },
  };

  function assumeRole(
    request: ServiceRequest,
    { roleArn, sessionName, seconds, tags, policies: sessionPolicies }: AssumeRole,
  ): ServiceReply {
    const role = policies.documents.role(roleArn);
    if (!role) {
      throw new ServiceError(
        'AccessDeniedException',
        `User: ${request.principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      );
    }
    const chained = request.principal.roleArn !== undefined;
    if (chained && seconds > 3600) {
      throw new ServiceError(
        'ValidationError',
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      );
    }
    if (seconds > role.maximumSeconds) {
      throw new ServiceError('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
    }
    const arn = `arn:${assembly.partition}:sts::${assembly.account}:assumed-role/${role.name}/${sessionName}`;
    const userId = `${role.id}:${sessionName}`;
    const { credentials } = sessions.open({ arn, roleArn, tags, userId, policies: sessionPolicies, lifetime: clock.real(seconds * 1000) });
    return queryReply(NAMESPACE, 'AssumeRole', [
      element('AssumedRoleUser', [element('AssumedRoleId', userId), element('Arn', arn)]),
      element('Credentials', [
        element('AccessKeyId', credentials.accessKeyId),
        element('SecretAccessKey', credentials.secretAccessKey),
        element('SessionToken', credentials.sessionToken ?? ''),
        element('Expiration', new Date(credentials.expiration ?? 0).toISOString()),
      ]),
    ]);
  }

  function callerIdentity(request: ServiceRequest, form: ReadonlyMap<string, string>): ServiceReply {
    if (form.get('Action') !== 'GetCallerIdentity') {
      throw new ServiceError('InvalidAction', `The sandbox does not support the operation ${form.get('Action') ?? 'unknown'} of sts`);
    }
    onlyThese(form, CALLER_IDENTITY);
    const { principal } = request;
    return queryReply(NAMESPACE, 'GetCallerIdentity', [
      element('Arn', principal.arn),
      element('UserId', sessions.find(principal.accessKeyId)?.userId ?? assembly.account),
      element('Account', assembly.account),
    ]);
  }
}

function readAssumeRole(form: ReadonlyMap<string, string>): AssumeRole {
  onlyThese(form, ASSUME_ROLE);
  const roleArn = matching(form, 'RoleArn', /^arn:[^:]+:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'RoleArn');
  const sessionName = matching(form, 'RoleSessionName', /^[\w+=,.@-]{2,64}$/, 'RoleSessionName');
  const seconds = Number(form.get('DurationSeconds') ?? 3600);
  if (!(Number.isInteger(seconds) && seconds >= 900 && seconds <= 43_200)) {
    throw invalid(String(form.get('DurationSeconds')), 'durationSeconds', 'Member must have value between 900 and 43200');
  }
  const tags = readTags(form);
  const externalId = form.get('ExternalId');
  const policy = form.get('Policy');
  const check: Check = {
    action: 'sts:AssumeRole',
    resource: roleArn,
    context: {
      'sts:RoleSessionName': sessionName,
      ...(externalId === undefined ? {} : { 'sts:ExternalId': externalId }),
      ...requestTags(tags),
    },
  };
  const arns = (listsOf(form).get('PolicyArns.member') ?? []).map((member) => managedDocument(String(member.get('arn'))));
  return { roleArn, sessionName, seconds, tags, policies: [...(policy === undefined ? [] : [sessionPolicy(policy)]), ...arns], check };
}

/** The limits of session tags: "Pass session tags in AWS STS" (IAM User Guide) and the Tag type of the STS API Reference. */
function readTags(form: ReadonlyMap<string, string>): Record<string, string> {
  const members = listsOf(form).get('Tags.member') ?? [];
  if (members.length > 50) {
    throw invalid('', 'tags', 'Member must have length less than or equal to 50');
  }
  const tags: Record<string, string> = {};
  members.forEach((member, at) => {
    const key = member.get('Key') ?? '';
    const value = member.get('Value') ?? '';
    tagText(key, `tags.${at + 1}.member.key`, 1, 128);
    tagText(value, `tags.${at + 1}.member.value`, 0, 256);
    if (Object.keys(tags).some((known) => known.toLowerCase() === key.toLowerCase())) {
      throw new ServiceError('InvalidParameterValue', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    }
    tags[key] = value;
  });
  return tags;
}

function tagText(text: string, where: string, minimum: number, maximum: number): void {
  const length = [...text].length;
  if (length > maximum) {
    throw invalid(text, where, `Member must have length less than or equal to ${maximum}`);
  }
  if (length < minimum) {
    throw invalid(text, where, `Member must have length greater than or equal to ${minimum}`);
  }
  if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text)) {
    throw invalid(text, where, 'Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*');
  }
}

function sessionPolicy(text: string): JsonObject {
  const policy = attempt(() => JSON.parse(text));
  if (typeof policy !== 'object' || policy === null || !('Statement' in policy)) {
    throw new ServiceError('MalformedPolicyDocument', 'The policy is not in the valid JSON format.');
  }
  return policy;
}

function matching(form: ReadonlyMap<string, string>, name: string, pattern: RegExp, member: string): string {
  const value = form.get(name) ?? '';
  if (!pattern.test(value)) {
    throw invalid(
      value,
      `${member[0].toLowerCase()}${member.slice(1)}`,
      `Member must satisfy regular expression pattern: ${pattern.source}`,
    );
  }
  return value;
}

function onlyThese(form: ReadonlyMap<string, string>, known: RegExp): void {
  for (const name of form.keys()) {
    if (!known.test(name)) {
      throw new ServiceError('ValidationError', `The sandbox does not support the parameter ${name} of ${form.get('Action')}`);
    }
  }
}

function invalid(value: string, where: string, constraint: string): ServiceError {
  return new ServiceError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${where}' failed to satisfy constraint: ${constraint}`,
  );
}
