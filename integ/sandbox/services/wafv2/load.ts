import { collecting, type Properties, propertiesOf } from '../../assembly/properties';
import type { Assembly, Resource } from '../../contracts';
import type { HttpPair } from '../../protocol/http';
import type { Action, CustomResponse, Rule, WebAcl } from './definition';
import { INSPECTED_BODY, INSPECTED_BY_LOAD_BALANCER } from './fields';
import { matcherOf, OnlyOnAws, type StatementContext } from './statement';

export interface LoadedWebAcls {
  /** Web ACLs by the ARN of the stage or load balancer that they are associated with. */
  readonly acls: ReadonlyMap<string, WebAcl>;
  /** The rules and web ACLs that are left out, one line each. */
  readonly problems: readonly string[];
  /** Rules that only AWS can evaluate, one line each; the coverage lists their statements. */
  readonly notEvaluated: readonly string[];
}

/** The resources with a web ACL that the sandbox runs: a stage of a REST API, or an application load balancer. */
const STAGE = /^arn:[^:]+:apigateway:[^:]*::\/restapis\//;
const LOAD_BALANCER = /^arn:[^:]+:elasticloadbalancing:[^:]*:\d+:loadbalancer\/app\//;

/** The web ACLs of the assembly that are associated with one of these resources. */
export function loadWebAcls(assembly: Assembly): LoadedWebAcls {
  const { problems, attempt } = collecting();
  const notEvaluated: string[] = [];
  const acls = new Map<string, WebAcl>();
  for (const association of assembly.ofType('AWS::WAFv2::WebACLAssociation')) {
    const properties = propertiesOf(assembly, association);
    const resourceArn = properties.required('ResourceArn');
    if (!STAGE.test(resourceArn) && !LOAD_BALANCER.test(resourceArn)) continue;
    const arn = properties.required('WebACLArn');
    const resource = assembly.ofType('AWS::WAFv2::WebACL').find((one) => assembly.attribute(one, 'Arn') === arn);
    const loaded = attempt(() => {
      if (!resource) throw properties.invalid('WebACLArn', `${arn} is not a web ACL of the assembly`);
      const inspectedBody = LOAD_BALANCER.test(resourceArn)
        ? INSPECTED_BY_LOAD_BALANCER
        : inspectedBodyOf(propertiesOf(assembly, resource));
      return aclOf(assembly, resource, { arn, inspectedBody, attempt, report: (line) => notEvaluated.push(line) });
    });
    for (const acl of loaded) acls.set(resourceArn, acl);
  }
  return { acls, problems: [...problems], notEvaluated };
}

type Attempt = <T>(read: () => T) => T[];

interface Parts {
  readonly arn: string;
  /** Bytes of a body that are inspected. */
  readonly inspectedBody: number;
  readonly attempt: Attempt;
  readonly report: (line: string) => void;
}

function aclOf(assembly: Assembly, resource: Resource, { arn, inspectedBody, attempt, report }: Parts): WebAcl {
  const acl = propertiesOf(assembly, resource);
  const bodies = bodiesOf(acl);
  const context: StatementContext = {
    addresses: (set) => {
      const found = assembly.ofType('AWS::WAFv2::IPSet').find((one) => assembly.attribute(one, 'Arn') === set);
      const listed = found && assembly.properties(found).Addresses;
      return Array.isArray(listed) ? listed.map(String) : undefined;
    },
    inspectedBody,
  };
  const rules = acl.list('Rules').sort((a, b) => (a.number('Priority') ?? 0) - (b.number('Priority') ?? 0));
  const name = acl.text('Name') ?? resource.logicalId;
  return {
    arn,
    name,
    defaultAction: actionOf(acl, 'DefaultAction', bodies),
    rules: rules.flatMap((rule) =>
      attempt(() => {
        try {
          return [ruleOf(rule, bodies, context)];
        } catch (error) {
          if (!(error instanceof OnlyOnAws)) throw error;
          report(`The rule ${rule.text('Name')} of ${resource.id} has ${error.message}: only AWS evaluates it`);
          return [];
        }
      }).flat(),
    ),
  };
}

function ruleOf(rule: Properties, bodies: ReadonlyMap<string, Body>, context: StatementContext): Rule {
  const statement = rule.object('Statement');
  if (!statement) throw rule.invalid('Statement', 'is missing');
  const matches = matcherOf(statement, context);
  return { name: rule.required('Name'), matches, action: actionOf(rule, 'Action', bodies) };
}

function actionOf(owner: Properties, name: string, bodies: ReadonlyMap<string, Body>): Action {
  const action = owner.object(name);
  if (!action) throw owner.invalid(name, 'is missing');
  for (const only of ['Captcha', 'Challenge']) if (action.has(only)) throw new OnlyOnAws(`the action ${only}`);
  const block = action.object('Block');
  if (block) {
    const custom = block.object('CustomResponse');
    return { kind: 'block', custom: custom && customOf(custom, bodies) };
  }
  for (const kind of ['Allow', 'Count'] as const) {
    const found = action.object(kind);
    if (found) return { kind: kind === 'Allow' ? 'allow' : 'count', insert: insertedBy(found) };
  }
  throw owner.invalid(name, 'is not a supported action');
}

/** Documented: AWS WAF adds the prefix `x-amzn-waf-` to the names of inserted headers. */
function insertedBy(action: Properties): HttpPair[] {
  const headers = action.object('CustomRequestHandling')?.list('InsertHeaders') ?? [];
  return headers.map((one) => [`x-amzn-waf-${one.required('Name')}`, one.required('Value')]);
}

interface Body {
  readonly type: string;
  readonly content: string;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  TEXT_PLAIN: 'text/plain',
  TEXT_HTML: 'text/html',
  APPLICATION_JSON: 'application/json',
};

function bodiesOf(acl: Properties): Map<string, Body> {
  return new Map(
    Object.entries(acl.texts('CustomResponseBodies')).map(([key, text]) => {
      const { Content, ContentType, ...others } = JSON.parse(text) as Record<string, unknown>;
      for (const name of Object.keys(others)) throw acl.invalid(`CustomResponseBodies.${key}.${name}`, 'is not supported');
      const type = CONTENT_TYPES[String(ContentType)];
      if (type === undefined) throw acl.invalid(`CustomResponseBodies.${key}.ContentType`, `${ContentType} is not supported`);
      return [key, { type, content: String(Content) }];
    }),
  );
}

function customOf(custom: Properties, bodies: ReadonlyMap<string, Body>): CustomResponse {
  const key = custom.text('CustomResponseBodyKey');
  const body = key === undefined ? undefined : bodies.get(key);
  if (key !== undefined && !body) throw custom.invalid('CustomResponseBodyKey', `${key} is not in CustomResponseBodies`);
  const headers = custom.list('ResponseHeaders').map((one): HttpPair => [one.required('Name'), one.required('Value')]);
  const type: HttpPair[] = body ? [['Content-Type', body.type]] : [];
  return { status: Number(custom.required('ResponseCode')), headers: [...headers, ...type], body: body?.content ?? '' };
}

/** The inspected bytes of a body: `AssociationConfig.RequestBody.API_GATEWAY.DefaultSizeInspectionLimit`, `KB_16` to `KB_64`. */
function inspectedBodyOf(acl: Properties): number {
  const limit = acl.object('AssociationConfig')?.object('RequestBody')?.object('API_GATEWAY')?.text('DefaultSizeInspectionLimit');
  return limit === undefined ? INSPECTED_BODY : Number(limit.replace('KB_', '')) * 1024;
}
