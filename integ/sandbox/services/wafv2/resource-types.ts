import { supported } from '../../assembly/resource-types';
import type { Identity, PropertySupport, ResourceType } from '../../contracts';

const PATTERNS = 'AWS only: AWS does not document how it matches';
const NO_CHALLENGE = 'AWS only: the sandbox serves no challenges';

const INSERTED = 'CustomRequestHandling.InsertHeaders.{Name,Value}';
const FORWARDED = 'ForwardedIPConfig.{FallbackBehavior,HeaderName}';
const FIELDS = '{AllQueryArguments,Body.OversizeHandling,Method,QueryString,SingleHeader,SingleQueryArgument,UriPath}';
const GROUPS = 'Rules.Statement.{ManagedRuleGroup,RuleGroupReference}Statement';
const OVERRIDE = `${GROUPS}.RuleActionOverrides.ActionToUse`;

/** Nested statements: up to three levels, or two within a scope-down statement, which only top-level statements have. */
const WITHIN = '{,AndStatement.Statements.,OrStatement.Statements.,NotStatement.Statement.}';
const PLACES = [
  `Rules.Statement.${WITHIN}${WITHIN}${WITHIN}`,
  `Rules.Statement.{RateBased,ManagedRuleGroup}Statement.ScopeDownStatement.${WITHIN}${WITHIN}`,
];

function statements(support: PropertySupport, ...members: string[]): readonly [PropertySupport, ...string[]] {
  return [support, ...members.flatMap((member) => PLACES.map((place) => `${place}${member}`))];
}

const name = (of: Identity): string => of.name('Name', 128);
const scope = (of: Identity): string => String(of.property('Scope') ?? '');
const arn =
  (kind: string) =>
  (of: Identity): string =>
    `arn:aws:wafv2:${of.region}:${of.account}:${scope(of).toLowerCase()}/${kind}/${name(of)}/${of.token(32)}`;

export const wafTypes: ResourceType[] = [
  {
    type: 'AWS::WAFv2::WebACL',
    support: 'evaluated',
    reason: 'only for stages of REST APIs and application load balancers; rates are exact, while AWS estimates them every few seconds',
    properties: supported(
      [
        'evaluated',
        `Name Scope CustomResponseBodies AssociationConfig.RequestBody {DefaultAction,Rules.Action}.Allow.${INSERTED}`,
        '{DefaultAction,Rules.Action}.Block.CustomResponse.{CustomResponseBodyKey,ResponseCode,ResponseHeaders.Name,ResponseHeaders.Value}',
        `Rules.{Name,Priority} Rules.Action.Count.${INSERTED} Rules.Statement.RateBasedStatement.${FORWARDED}`,
        'Rules.Statement.RateBasedStatement.{AggregateKeyType,EvaluationWindowSec,Limit}',
      ],
      statements(
        'evaluated',
        `{ByteMatch,SizeConstraint}Statement.FieldToMatch.${FIELDS}`,
        '{ByteMatch,SizeConstraint}Statement.TextTransformations.{Priority,Type}',
        'ByteMatchStatement.{PositionalConstraint,SearchString,SearchStringBase64}',
        'SizeConstraintStatement.{ComparisonOperator,Size}',
        'IPSetReferenceStatement.{Arn,IPSetForwardedIPConfig.FallbackBehavior,IPSetForwardedIPConfig.HeaderName,IPSetForwardedIPConfig.Position}',
      ),
      statements(
        PATTERNS,
        `{SqliMatch,XssMatch,RegexMatch,RegexPatternSetReference}Statement.FieldToMatch.${FIELDS}`,
        '{SqliMatch,XssMatch,RegexMatch,RegexPatternSetReference}Statement.TextTransformations.{Priority,Type}',
        '{SqliMatchStatement.SensitivityLevel,RegexMatchStatement.RegexString,RegexPatternSetReferenceStatement.Arn}',
      ),
      statements('AWS only: the addresses of this machine have no country', 'GeoMatchStatement.CountryCodes'),
      statements('AWS only: the addresses of this machine have no autonomous system', 'AsnMatchStatement.AsnList'),
      statements('AWS only: managed rule groups set labels', 'LabelMatchStatement.{Key,Scope}'),
      statements('AWS only', `{Geo,Asn}MatchStatement.${FORWARDED}`),
      ['AWS only: only AWS has the rules of {value}', 'Rules.Statement.ManagedRuleGroupStatement.Name'],
      ['AWS only: the sandbox does not evaluate rule groups', 'Rules.Statement.RuleGroupReferenceStatement.Arn'],
      [
        'AWS only',
        `Rules.OverrideAction.{Count,None} Rules.Statement.ManagedRuleGroupStatement.{VendorName,Version} ${GROUPS}.ExcludedRules.Name`,
        `${GROUPS}.RuleActionOverrides.Name ${OVERRIDE}.{Allow,Count}.${INSERTED}`,
        `${OVERRIDE}.Block.CustomResponse.{CustomResponseBodyKey,ResponseCode,ResponseHeaders.Name,ResponseHeaders.Value}`,
      ],
      ['AWS only: the sandbox serves no CAPTCHA puzzles', `Rules.Action.Captcha.${INSERTED} ${OVERRIDE}.Captcha.${INSERTED}`],
      [NO_CHALLENGE, `Rules.Action.Challenge.${INSERTED} ${OVERRIDE}.Challenge.${INSERTED} TokenDomains`],
      ['template only: labels are for rules that only AWS evaluates', 'Rules.RuleLabels.Name'],
      [
        'template only: the sandbox has no metrics',
        '{,Rules.}VisibilityConfig.{CloudWatchMetricsEnabled,MetricName,SampledRequestsEnabled}',
      ],
      ['template only: a description', 'Description'],
      ['template only: the sandbox does not read tags', 'Tags'],
    ),
    ref: (of) => `${name(of)}|${of.token(32)}|${scope(of)}`,
    attributes: { Arn: arn('webacl'), Id: (of) => of.token(32), LabelNamespace: (of) => `awswaf:${of.account}:webacl:${name(of)}:` },
  },
  {
    type: 'AWS::WAFv2::WebACLAssociation',
    support: 'evaluated',
    reason: 'associates a web ACL with a stage or a load balancer',
    properties: { ResourceArn: 'evaluated', WebACLArn: 'evaluated' },
    ref: (of) => of.token(24),
  },
  {
    type: 'AWS::WAFv2::IPSet',
    support: 'evaluated',
    reason: 'its addresses are compared with the source address of a request',
    properties: supported(
      ['evaluated', 'Addresses IPAddressVersion Name Scope'],
      ['template only: a description', 'Description'],
      ['template only: the sandbox does not read tags', 'Tags'],
    ),
    ref: (of) => `${name(of)}|${of.token(32)}|${scope(of)}`,
    attributes: { Arn: arn('ipset'), Id: (of) => of.token(32) },
  },
];
