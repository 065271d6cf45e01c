import type { Identity, PropertyKnowledge, TypeKnowledge } from '../../contracts';

/** Names with their standings: lists, since there are thousands. */
type Known = (readonly [name: string, standing: PropertyKnowledge])[];

const VENDOR = 'needs AWS: the rules of {value} are only there';
const PATTERNS = 'needs AWS: its way of matching is not known here';
const METRICS = 'asserted only: nothing here draws metrics';
/** How deep statements may stand within And, Or, Not and the scope of a rate. */
const DEPTH = 3;

function all(standing: PropertyKnowledge, ...names: string[]): Known {
  return names.map((name) => [name, standing]);
}

function under(prefix: string, ...known: Known[]): Known {
  return known.flat().map(([name, standing]) => [`${prefix}.${name}`, standing]);
}

const matching = (standing: PropertyKnowledge): Known => [
  ...under(
    'FieldToMatch',
    all(standing, 'AllQueryArguments', 'Body.OversizeHandling', 'Method', 'QueryString', 'SingleHeader', 'SingleQueryArgument', 'UriPath'),
  ),
  ...under('TextTransformations', all(standing, 'Priority', 'Type')),
];

const forwarded = (standing: PropertyKnowledge): Known => under('ForwardedIPConfig', all(standing, 'FallbackBehavior', 'HeaderName'));

const inserting = (standing: PropertyKnowledge): Known => under('CustomRequestHandling.InsertHeaders', all(standing, 'Name', 'Value'));

const blocking = (standing: PropertyKnowledge): Known =>
  under('CustomResponse', all(standing, 'CustomResponseBodyKey', 'ResponseCode'), under('ResponseHeaders', all(standing, 'Name', 'Value')));

const action = (standing: PropertyKnowledge): Known => [
  ...under('Allow', inserting(standing)),
  ...under('Block', blocking(standing)),
  ...under('Count', inserting(standing)),
  ...under('Captcha', inserting('needs AWS: no puzzle is served here')),
  ...under('Challenge', inserting('needs AWS: no challenge is served here')),
];

const overrides: Known = [
  ...under('ExcludedRules', all('needs AWS', 'Name')),
  ...under('RuleActionOverrides', all('needs AWS', 'Name'), under('ActionToUse', action('needs AWS'))),
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
    ...under('GeoMatchStatement', all('needs AWS: no address of this machine is in a country', 'CountryCodes'), forwarded('needs AWS')),
    ...under('AsnMatchStatement', all('needs AWS: no address of this machine is in a network', 'AsnList'), forwarded('needs AWS')),
    ...under('LabelMatchStatement', all('needs AWS: managed rule groups set labels', 'Key', 'Scope')),
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
      all(VENDOR, 'Name'),
      all('needs AWS', 'VendorName', 'Version'),
      overrides,
      under('ScopeDownStatement', nested),
    ),
    ...under('RuleGroupReferenceStatement', all('needs AWS: rule groups are not evaluated here', 'Arn'), overrides),
  ];
}

const visibility = under('VisibilityConfig', all(METRICS, 'CloudWatchMetricsEnabled', 'MetricName', 'SampledRequestsEnabled'));

const rules: Known = under(
  'Rules',
  all('evaluated', 'Name', 'Priority'),
  under('Statement', statement(DEPTH), groupsAndRates(statement(DEPTH - 1))),
  under('Action', action('evaluated')),
  under('OverrideAction', all('needs AWS', 'Count', 'None')),
  under('RuleLabels', all('asserted only: labels are for rules that only AWS evaluates', 'Name')),
  visibility,
);

const name = (of: Identity): string => of.name('Name', 128);
const scope = (of: Identity): string => String(of.property('Scope') ?? '');
const arn =
  (kind: string) =>
  (of: Identity): string =>
    `arn:aws:wafv2:${of.region}:${of.account}:${scope(of).toLowerCase()}/${kind}/${name(of)}/${of.token(32)}`;

/** What the gateway knows of AWS WAF. */
export const knowledge: TypeKnowledge[] = [
  {
    type: 'AWS::WAFv2::WebACL',
    standing: 'evaluated',
    reason: 'before the stages of REST APIs, exactly, where AWS estimates rates every few seconds; nothing else asks it',
    properties: Object.fromEntries([
      ...all('evaluated', 'Name', 'Scope', 'CustomResponseBodies', 'AssociationConfig.RequestBody'),
      ...all('asserted only: a text for people', 'Description'),
      ...under('DefaultAction', under('Allow', inserting('evaluated')), under('Block', blocking('evaluated'))),
      ...rules,
      ...visibility,
      ...all('needs AWS: no challenge is served here', 'TokenDomains'),
      ...all('asserted only: nothing here reads tags', 'Tags'),
    ]),
    ref: (of) => `${name(of)}|${of.token(32)}|${scope(of)}`,
    attributes: { Arn: arn('webacl'), Id: (of) => of.token(32), LabelNamespace: (of) => `awswaf:${of.account}:webacl:${name(of)}:` },
  },
  {
    type: 'AWS::WAFv2::WebACLAssociation',
    standing: 'evaluated',
    reason: 'which stage a web ACL stands before',
    properties: { ResourceArn: 'evaluated', WebACLArn: 'evaluated' },
    ref: (of) => of.token(24),
  },
  {
    type: 'AWS::WAFv2::IPSet',
    standing: 'evaluated',
    reason: 'its addresses are compared with the address that a request comes from',
    properties: {
      Addresses: 'evaluated',
      IPAddressVersion: 'evaluated',
      Name: 'evaluated',
      Scope: 'evaluated',
      Description: 'asserted only: a text for people',
      Tags: 'asserted only: nothing here reads tags',
    },
    ref: (of) => `${name(of)}|${of.token(32)}|${scope(of)}`,
    attributes: { Arn: arn('ipset'), Id: (of) => of.token(32) },
  },
  {
    type: 'AWS::WAFv2::LoggingConfiguration',
    standing: 'needs AWS',
    reason: 'what a rule counts or blocks is said on the terminal, no log is delivered',
    properties: {},
    ref: (of) => String(of.property('ResourceArn') ?? ''),
  },
];
