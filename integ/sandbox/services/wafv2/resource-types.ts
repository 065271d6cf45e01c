import type { Identity, PropertySupport, ResourceType } from '../../contracts';

/** Names with their support: lists, since there are thousands. */
type Known = (readonly [name: string, support: PropertySupport])[];

const MANAGED = 'AWS only: the rules of {value} are only there';
const PATTERNS = 'AWS only: its way of matching is not known here';
const METRICS = 'template only: nothing here draws metrics';
/** How deep statements may stand within And, Or, Not and the scope of a rate. */
const DEPTH = 3;

function all(support: PropertySupport, ...names: string[]): Known {
  return names.map((name) => [name, support]);
}

function under(prefix: string, ...known: Known[]): Known {
  return known.flat().map(([name, support]) => [`${prefix}.${name}`, support]);
}

const matching = (support: PropertySupport): Known => [
  ...under(
    'FieldToMatch',
    all(support, 'AllQueryArguments', 'Body.OversizeHandling', 'Method', 'QueryString', 'SingleHeader', 'SingleQueryArgument', 'UriPath'),
  ),
  ...under('TextTransformations', all(support, 'Priority', 'Type')),
];

const forwarded = (support: PropertySupport): Known => under('ForwardedIPConfig', all(support, 'FallbackBehavior', 'HeaderName'));

const inserting = (support: PropertySupport): Known => under('CustomRequestHandling.InsertHeaders', all(support, 'Name', 'Value'));

const blocking = (support: PropertySupport): Known =>
  under('CustomResponse', all(support, 'CustomResponseBodyKey', 'ResponseCode'), under('ResponseHeaders', all(support, 'Name', 'Value')));

const action = (support: PropertySupport): Known => [
  ...under('Allow', inserting(support)),
  ...under('Block', blocking(support)),
  ...under('Count', inserting(support)),
  ...under('Captcha', inserting('AWS only: no puzzle is served here')),
  ...under('Challenge', inserting('AWS only: no challenge is served here')),
];

const overrides: Known = [
  ...under('ExcludedRules', all('AWS only', 'Name')),
  ...under('RuleActionOverrides', all('AWS only', 'Name'), under('ActionToUse', action('AWS only'))),
];

/** A statement and what may stand in it. */
function statement(depth: number): Known {
  return [
    ...under('ByteMatchStatement', matching('evaluated'), all('evaluated', 'PositionalConstraint', 'SearchString', 'SearchStringBase64')),
    ...under('SizeConstraintStatement', matching('evaluated'), all('evaluated', 'ComparisonOperator', 'Size')),
    ...under(
      'IPSetReferenceStatement',
      all('evaluated', 'Arn'),
      under('IPSetForwardedIPConfig', all('evaluated', 'FallbackBehavior', 'HeaderName', 'Position')),
    ),
    ...under('SqliMatchStatement', matching(PATTERNS), all(PATTERNS, 'SensitivityLevel')),
    ...under('XssMatchStatement', matching(PATTERNS)),
    ...under('RegexMatchStatement', matching(PATTERNS), all(PATTERNS, 'RegexString')),
    ...under('RegexPatternSetReferenceStatement', matching(PATTERNS), all(PATTERNS, 'Arn')),
    ...under('GeoMatchStatement', all('AWS only: no address of this machine is in a country', 'CountryCodes'), forwarded('AWS only')),
    ...under('AsnMatchStatement', all('AWS only: no address of this machine is in a network', 'AsnList'), forwarded('AWS only')),
    ...under('LabelMatchStatement', all('AWS only: managed rule groups set labels', 'Key', 'Scope')),
    ...(depth > 0 ? joined(statement(depth - 1)) : []),
  ];
}

function joined(nested: Known): Known {
  return ['AndStatement.Statements', 'OrStatement.Statements', 'NotStatement.Statement'].flatMap((place) => under(place, nested));
}

/** Groups and rates stand at the top of a rule only. */
function groupsAndRates(nested: Known): Known {
  return [
    ...under(
      'RateBasedStatement',
      all('evaluated', 'AggregateKeyType', 'EvaluationWindowSec', 'Limit'),
      forwarded('evaluated'),
      under('ScopeDownStatement', nested),
    ),
    ...under(
      'ManagedRuleGroupStatement',
      all(MANAGED, 'Name'),
      all('AWS only', 'VendorName', 'Version'),
      overrides,
      under('ScopeDownStatement', nested),
    ),
    ...under('RuleGroupReferenceStatement', all('AWS only: rule groups are not evaluated here', 'Arn'), overrides),
  ];
}

const visibility = under('VisibilityConfig', all(METRICS, 'CloudWatchMetricsEnabled', 'MetricName', 'SampledRequestsEnabled'));

const rules: Known = under(
  'Rules',
  all('evaluated', 'Name', 'Priority'),
  under('Statement', statement(DEPTH), groupsAndRates(statement(DEPTH - 1))),
  under('Action', action('evaluated')),
  under('OverrideAction', all('AWS only', 'Count', 'None')),
  under('RuleLabels', all('template only: labels are for rules that only AWS evaluates', 'Name')),
  visibility,
);

const name = (of: Identity): string => of.name('Name', 128);
const scope = (of: Identity): string => String(of.property('Scope') ?? '');
const arn =
  (kind: string) =>
  (of: Identity): string =>
    `arn:aws:wafv2:${of.region}:${of.account}:${scope(of).toLowerCase()}/${kind}/${name(of)}/${of.token(32)}`;

/** What the gateway knows of AWS WAF. */
export const wafTypes: ResourceType[] = [
  {
    type: 'AWS::WAFv2::WebACL',
    support: 'evaluated',
    reason: 'before the stages of REST APIs, exactly, where AWS estimates rates every few seconds; nothing else asks it',
    properties: Object.fromEntries([
      ...all('evaluated', 'Name', 'Scope', 'CustomResponseBodies', 'AssociationConfig.RequestBody'),
      ...all('template only: a text for people', 'Description'),
      ...under('DefaultAction', under('Allow', inserting('evaluated')), under('Block', blocking('evaluated'))),
      ...rules,
      ...visibility,
      ...all('AWS only: no challenge is served here', 'TokenDomains'),
      ...all('template only: nothing here reads tags', 'Tags'),
    ]),
    ref: (of) => `${name(of)}|${of.token(32)}|${scope(of)}`,
    attributes: { Arn: arn('webacl'), Id: (of) => of.token(32), LabelNamespace: (of) => `awswaf:${of.account}:webacl:${name(of)}:` },
  },
  {
    type: 'AWS::WAFv2::WebACLAssociation',
    support: 'evaluated',
    reason: 'which stage a web ACL stands before',
    properties: { ResourceArn: 'evaluated', WebACLArn: 'evaluated' },
    ref: (of) => of.token(24),
  },
  {
    type: 'AWS::WAFv2::IPSet',
    support: 'evaluated',
    reason: 'its addresses are compared with the address that a request comes from',
    properties: {
      Addresses: 'evaluated',
      IPAddressVersion: 'evaluated',
      Name: 'evaluated',
      Scope: 'evaluated',
      Description: 'template only: a text for people',
      Tags: 'template only: nothing here reads tags',
    },
    ref: (of) => `${name(of)}|${of.token(32)}|${scope(of)}`,
    attributes: { Arn: arn('ipset'), Id: (of) => of.token(32) },
  },
  {
    type: 'AWS::WAFv2::LoggingConfiguration',
    support: 'AWS only',
    reason: 'what a rule counts or blocks is said on the terminal, no log is delivered',
    properties: {},
    ref: (of) => String(of.property('ResourceArn') ?? ''),
  },
];
