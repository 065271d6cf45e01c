import type { Question } from '../../kit/second-opinion';
import type { Json, JsonObject } from '../../sandbox';

/** A way in which iam-simulate differs from the documentation, which decides. */
export interface Difference {
  readonly name: string;
  /** The page of the documentation that decides, and what it says. */
  readonly documentation: string;
  /** The same question without what is evaluated differently. */
  without(question: Question): Question;
}

const GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide';
/** In conditions, `*` is no ARN: ARN operators would match otherwise. */
const RESOURCES = ['Resource', 'NotResource'];

export const DIFFERENCES: readonly Difference[] = [
  {
    name: 'variables in policies of an older version',
    documentation: `${GUIDE}/reference_policies_elements_version.html: "variables such as \${aws:username} aren't recognized as variables"`,
    without: documents((document) => ({ ...document, Version: '2012-10-17' })),
  },
  {
    name: 'a resource policy that a session policy does not limit',
    documentation: `${GUIDE}/access_policies.html#policies_session: "The resource-based policy permissions are not limited by the session policy", if it names the session`,
    without: (question) => ({ ...question, session: [] }),
  },
  {
    name: 'NotPrincipal',
    documentation: `${GUIDE}/reference_policies_elements_notprincipal.html: account, role and session must be named, and a principal with a boundary is always denied`,
    without: statements((statement) => (statement.NotPrincipal === undefined ? statement : undefined)),
  },
  {
    name: 'variables without a value',
    documentation: `${GUIDE}/reference_policies_variables.html#policy-vars-no-value: negated operators match, and a resource with such a variable matches no resource`,
    without: (question) => ({
      ...question,
      context: { 'aws:username': 'somebody', 'aws:PrincipalTag/team': 'green', ...question.context },
    }),
  },
  {
    name: 'special characters where wildcards have no meaning',
    documentation: `${GUIDE}/reference_policies_variables.html#policy-vars-specialchars: "These predefined policy variables can be used in any string where you can use regular policy variables"`,
    without: texts((text) => text.replaceAll('${*}', 'x')),
  },
  {
    name: 'dates in seconds since 1970',
    documentation: `${GUIDE}/reference_policies_elements_condition_operators.html#Conditions_Date: "or in epoch (UNIX) time", which aws:EpochTime counts in seconds`,
    without: texts((text) => (/^\d{10}$/.test(text) ? new Date(Number(text) * 1000).toISOString() : text)),
  },
  {
    name: 'variables before the last part of an ARN in ARN operators',
    documentation: `${GUIDE}/reference_policies_elements_condition_operators.html#Conditions_ARN: "You can use a policy variable with the ARN condition operator"`,
    without: (question) =>
      texts((text) => text.replaceAll('${aws:PrincipalAccount}', String(question.context['aws:PrincipalAccount'])))(question),
  },
  {
    name: 'variables in the name of a resource without a type',
    documentation: `${GUIDE}/reference_policies_variables.html#policy-vars-resourceelement: "Resource": "arn:aws:sqs:us-east-2:*:\${aws:username}-queue"`,
    without: (question) =>
      texts((text) =>
        text.startsWith('arn:aws:sqs:')
          ? text.replaceAll('${aws:PrincipalTag/team}', String(question.context['aws:PrincipalTag/team']))
          : text,
      )(question),
  },
  {
    name: 'addresses of the other version, and 0.0.0.0/0',
    documentation: `${GUIDE}/reference_policies_elements_condition_operators.html#Conditions_IPAddress: NotIpAddress is "All IP addresses except the specified IP address or range"`,
    without: texts((text) => (text === '203.0.113.7' ? `${text}/32` : text === '0.0.0.0/0' ? '2001:db8::/32' : text)),
  },
  {
    name: 'ARNs of fewer than six parts in negated ARN operators',
    documentation: `${GUIDE}/reference_policies_elements_condition_operators.html#Conditions_ARN: "Negated matching for ARN"`,
    without: texts((text) => (text.startsWith('arn:') && text.split(':').length < 6 ? 'arn:aws:s3:::none' : text)),
  },
  {
    name: 'IfExists with ForAnyValue',
    documentation: `${GUIDE}/reference_policies_elements_condition_operators.html#Conditions_IfExists: "If the key is not present, evaluate the condition element as true"`,
    without: statements((statement) => ({
      ...statement,
      ...(statement.Condition === undefined ? {} : { Condition: renamed(statement.Condition as JsonObject, /^(ForAnyValue:.*)IfExists$/) }),
    })),
  },
  {
    name: 'empty sets of values',
    documentation: `${GUIDE}/reference_policies_condition-single-vs-multi-valued-context-keys.html: "if the key values in the request resolve to an empty data set", the key is treated as missing`,
    without: (question) => ({
      ...question,
      context: Object.fromEntries(Object.entries(question.context).filter(([, value]) => typeof value === 'string' || value.length > 0)),
    }),
  },
  {
    name: 'actions without a resource',
    documentation: `${GUIDE}/reference_policies_elements_resource.html: "In these cases, you use the wildcard * in the Resource element"`,
    without: (question) =>
      question.resource === '*' ? texts((text) => (text.startsWith('arn:') ? '*' : text), RESOURCES)(question) : question,
  },
];

/** The question without anything that is known to be evaluated differently: both must agree. */
export function withoutDifferences(question: Question): Question {
  return DIFFERENCES.reduce((reduced, { without }) => without(reduced), question);
}

function documents(change: (document: JsonObject) => JsonObject): Difference['without'] {
  return (question) => ({
    ...question,
    identity: question.identity.map(change),
    boundary: question.boundary.map(change),
    session: question.session.map(change),
    ...(question.resourcePolicy === undefined ? {} : { resourcePolicy: change(question.resourcePolicy) }),
  });
}

function statements(change: (statement: JsonObject) => JsonObject | undefined): Difference['without'] {
  return documents((document) => ({
    ...document,
    Statement: (document.Statement as JsonObject[]).flatMap((statement) => change(statement) ?? []),
  }));
}

/** Changes the texts of elements of each statement: those of Resource and NotResource, and the values of conditions. */
function texts(change: (text: string) => string, elements: readonly string[] = [...RESOURCES, 'Condition']): Difference['without'] {
  const inside = (value: Json): Json =>
    typeof value === 'string'
      ? change(value)
      : Array.isArray(value)
        ? value.map(inside)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inside(part)]))
          : value;
  return statements((statement) => ({
    ...statement,
    ...Object.fromEntries(
      Object.entries(statement)
        .filter(([name]) => elements.includes(name))
        .map(([name, value]) => [name, inside(value)]),
    ),
  }));
}

function renamed(condition: JsonObject, pattern: RegExp): JsonObject {
  return Object.fromEntries(Object.entries(condition).map(([operator, keys]) => [pattern.exec(operator)?.[1] ?? operator, keys]));
}
