import fc from 'fast-check';
import type { JsonObject } from '../../contracts';
import { assess, printCoverage } from '../../coverage/index';
import { resourceTypes } from '..';
import { apiTemplate, assemblyOf, echo, FUNCTION_URI, type Sent, type TestGateway, testGateways } from '../apigateway/testing';
import { wafv2 } from '.';
import { RateWindow } from './rate';

const Stage = { 'Fn::Sub': `arn:aws:apigateway:\${AWS::Region}::/restapis/\${Api}/stages/prod` };
const VisibilityConfig = { CloudWatchMetricsEnabled: true, MetricName: 'm', SampledRequestsEnabled: false };
let priority = 0;
const rule = (Name: string, Statement: JsonObject, Action: JsonObject = { Block: {} }): JsonObject => {
  priority += 1;
  return { Name, Priority: priority, Statement, Action, VisibilityConfig };
};
const acl = (Rules: JsonObject[], more: JsonObject = {}): JsonObject => ({
  Acl: {
    Type: 'AWS::WAFv2::WebACL',
    Properties: { Name: 'acl', Scope: 'REGIONAL', DefaultAction: { Allow: {} }, VisibilityConfig, Rules, ...more },
  },
  Association: { Type: 'AWS::WAFv2::WebACLAssociation', Properties: { ResourceArn: Stage, WebACLArn: { 'Fn::GetAtt': ['Acl', 'Arn'] } } },
});
const set = (...Addresses: string[]) => ({
  Type: 'AWS::WAFv2::IPSet',
  Properties: { Name: 'set', Scope: 'REGIONAL', IPAddressVersion: 'IPV4', Addresses },
});
const inSet = { IPSetReferenceStatement: { Arn: { 'Fn::GetAtt': ['Set', 'Arn'] } } };
const rate = (more: JsonObject = {}): JsonObject => ({
  RateBasedStatement: { Limit: 10, EvaluationWindowSec: 60, AggregateKeyType: 'IP', ...more },
});
const bytes = (FieldToMatch: JsonObject, PositionalConstraint: string, SearchString: string, ...types: string[]): JsonObject => ({
  ByteMatchStatement: {
    FieldToMatch,
    PositionalConstraint,
    SearchString,
    TextTransformations: (types.length > 0 ? types : ['NONE']).map((Type, Priority) => ({ Type, Priority })),
  },
});

const startTestGateway = testGateways();
const start = (...template: Parameters<typeof apiTemplate>): Promise<TestGateway> => startTestGateway(apiTemplate(...template));
const open = { 'ANY /a': echo('ok'), 'ANY /a/{id}': echo('ok'), 'ANY /b': echo('ok') };
const statuses = async (count: number, gateway: TestGateway, options: Sent = {}, path = '/a'): Promise<number[]> => {
  const found: number[] = [];
  for (let at = 0; at < count; at += 1) found.push((await gateway.call('GET', path, options)).status);
  return found;
};
const blocked = async (gateway: TestGateway, method: string, path: string, options: Sent = {}): Promise<boolean> =>
  (await gateway.call(method, path, options)).status === 403;
const ten = Array.from({ length: 10 }, () => 200);

describe('a web ACL', () => {
  test('is evaluated before the authorizer, even for an undefined path; a blocked request gets the WAF_FILTERED response', async () => {
    const ofApi = { RestApiId: { Ref: 'Api' } };
    const gateway = await start(
      { 'GET /a': echo('ok', { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } }) },
      {
        ...acl([rule('Set', inSet)]),
        Set: set('127.0.0.2/32'),
        Authorizer: {
          Type: 'AWS::ApiGateway::Authorizer',
          Properties: { ...ofApi, Type: 'TOKEN', AuthorizerUri: FUNCTION_URI, IdentitySource: 'method.request.header.Authorization' },
        },
        Answer: {
          Type: 'AWS::ApiGateway::GatewayResponse',
          Properties: {
            ...ofApi,
            ResponseType: 'WAF_FILTERED',
            ResponseParameters: { 'gatewayresponse.header.Retry-After': "'60'" },
            ResponseTemplates: { 'application/json': '{"message":$context.error.messageString,"correlationId":"$context.requestId"}' },
          },
        },
      },
    );
    const headers = { Authorization: 'x', 'x-amzn-RequestId': 'r-1' };
    for (const path of ['/a', '/none']) {
      const reply = await gateway.call('GET', path, { headers, from: '127.0.0.2' });
      expect([reply.status, reply.headers['retry-after'], reply.headers['x-amzn-errortype']]).toEqual([403, '60', 'ForbiddenException']);
      expect(JSON.parse(reply.body)).toEqual({ message: 'Forbidden', correlationId: 'r-1' });
    }
    expect(gateway.invocations).toEqual([]);
    expect((await gateway.call('GET', '/none')).body).toBe('{"message":"Missing Authentication Token"}');
  });

  test('evaluates its rules by priority until one allows or blocks, or else takes its default action', async () => {
    const rules = [
      { ...rule('Last', bytes({ UriPath: {} }, 'CONTAINS', '/a')), Priority: 30 },
      { ...rule('First', inSet, { Allow: {} }), Priority: 5 },
      { ...rule('Counted', bytes({ UriPath: {} }, 'CONTAINS', '/'), { Count: {} }), Priority: 10 },
    ];
    const gateway = await start(open, { ...acl(rules, { DefaultAction: { Block: {} } }), Set: set('127.0.0.2/32', '10.0.0.0/8') });
    expect((await gateway.call('GET', '/a', { from: '127.0.0.2' })).status).toBe(200);
    expect((await gateway.call('GET', '/a')).status).toBe(403);
    expect((await gateway.call('GET', '/b')).status).toBe(403);
    expect(gateway.reported).toEqual([
      'acl: the rule Counted counts GET /a from 127.0.0.1',
      'acl: the rule Last blocks GET /a from 127.0.0.1',
    ]);
  });

  test('blocks with a custom response, and inserts custom request headers', async () => {
    const Block = {
      CustomResponse: { ResponseCode: 429, CustomResponseBodyKey: 'slow', ResponseHeaders: [{ Name: 'Retry-After', Value: '60' }] },
    };
    const Count = { CustomRequestHandling: { InsertHeaders: [{ Name: 'seen', Value: 'yes' }] } };
    const rules = [rule('Count', bytes({ Method: {} }, 'EXACTLY', 'GET'), { Count }), rule('Block', inSet, { Block })];
    const CustomResponseBodies = { slow: { ContentType: 'APPLICATION_JSON', Content: '{"message":"slow"}' } };
    const gateway = await start(
      { 'ANY /a': echo('[$!input.params("x-amzn-waf-seen")]') },
      { ...acl(rules, { CustomResponseBodies }), Set: set('127.0.0.2/32') },
    );
    const { status, headers, body } = await gateway.call('GET', '/a', { from: '127.0.0.2' });
    expect([status, headers['retry-after'], headers['content-type'], body]).toEqual([429, '60', 'application/json', '{"message":"slow"}']);
    expect((await gateway.call('GET', '/a')).body).toBe('[yes]');
    expect((await gateway.call('POST', '/a')).body).toBe('[]');
  });

  test('is reported in the access log, not to functions', async () => {
    const Format = '$context.requestId $context.wafResponseCode $context.waf.status $context.waf.error $context.webaclArn';
    const log = { AccessLogSetting: { DestinationArn: 'arn:aws:logs:us-east-1:123456789012:log-group:/api/access', Format } };
    const proxy = { Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: FUNCTION_URI } };
    const gateway = await start({ 'GET /a': proxy }, { ...acl([rule('Set', inSet)]), Set: set('127.0.0.2/32') }, log);
    gateway.functions.result = () => ({ statusCode: 200 });
    await gateway.call('GET', '/a');
    await gateway.call('GET', '/a', { from: '127.0.0.2' });
    const arn = expect.stringMatching(/^arn:aws:wafv2:us-east-1:123456789012:regional\/webacl\/acl\/[a-z0-9]{32}$/);
    expect(gateway.lines.map(({ message }) => message.split(' ').slice(1))).toEqual([
      ['WAF_ALLOW', '200', '-', arn],
      ['WAF_BLOCK', '403', 'Forbidden', arn],
    ]);
    expect(Object.keys(gateway.invocations[0].event.requestContext as JsonObject).filter((name) => /waf|acl/i.test(name))).toEqual([]);
  });
});

describe('a rate-based rule', () => {
  test('blocks an address over its limit within the window, and no other address', async () => {
    const gateway = await start(open, acl([rule('Rate', rate())]));
    expect(await statuses(12, gateway, { from: '127.0.0.2' })).toEqual([...ten, 403, 403]);
    expect(await statuses(10, gateway, { from: '127.0.0.3' })).toEqual(ten);
    gateway.time.now += 30_000;
    expect(await statuses(1, gateway, { from: '127.0.0.2' })).toEqual([403]);
    gateway.time.now += 61_000;
    expect(await statuses(11, gateway, { from: '127.0.0.2' })).toEqual([...ten, 403]);
  });

  test('counts only within its scope-down statement, by forwarded address or all together', async () => {
    const scope = rate({ ScopeDownStatement: bytes({ UriPath: {} }, 'STARTS_WITH', '/prod/a') });
    const scoped = await start(open, acl([rule('Rate', scope)]));
    expect(await statuses(12, scoped, {}, '/b')).toEqual([...ten, 200, 200]);
    expect(await statuses(11, scoped)).toEqual([...ten, 403]);
    const config = { ForwardedIPConfig: { HeaderName: 'X-Forwarded-For', FallbackBehavior: 'NO_MATCH' } };
    const byHeader = await start(open, acl([rule('Rate', rate({ AggregateKeyType: 'FORWARDED_IP', ...config }))]));
    const from = (value: string): Sent => ({ headers: { 'X-Forwarded-For': value } });
    expect(await statuses(11, byHeader, from('192.0.2.1, 192.0.2.2'))).toEqual([...ten, 403]);
    expect(await statuses(11, byHeader, from('no address'))).toEqual([...ten, 200]);
    expect(await statuses(11, byHeader)).toEqual([...ten, 200]);
    const together = await start(
      open,
      acl([rule('Rate', rate({ AggregateKeyType: 'CONSTANT', ScopeDownStatement: bytes({ Method: {} }, 'EXACTLY', 'GET') }))]),
    );
    expect([...(await statuses(5, together, { from: '127.0.0.2' })), ...(await statuses(6, together))]).toEqual([...ten, 403]);
  });

  test('counts the requests of a window with a resolution of a sixtieth', () => {
    const requests = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(requests, (gaps) => {
        const window = new RateWindow(1_000);
        const seen: number[] = [];
        let now = Date.UTC(2026, 10, 22);
        for (const gap of gaps) {
          now += gap;
          seen.push(now);
          const current = Math.floor(now / 1_000);
          expect(window.count(now)).toBe(seen.filter((time) => current - Math.floor(time / 1_000) < 60).length);
        }
      }),
    );
  });
});

describe('the statements of a rule', () => {
  test('match strings in path, method, headers, query and body, with transformations in the order of priority', async () => {
    const gateway = await start(
      open,
      acl([
        rule('Path', bytes({ UriPath: {} }, 'ENDS_WITH', '/admin', 'URL_DECODE', 'LOWERCASE')),
        rule('Header', bytes({ SingleHeader: { Name: 'user-agent' } }, 'CONTAINS', 'bad bot', 'COMPRESS_WHITE_SPACE')),
        rule('Query', bytes({ QueryString: {} }, 'CONTAINS', 'x=%41')),
        rule('Argument', bytes({ SingleQueryArgument: { Name: 'Id' } }, 'EXACTLY', '7')),
        rule('Arguments', bytes({ AllQueryArguments: {} }, 'CONTAINS_WORD', 'drop')),
        rule('Body', bytes({ Body: {} }, 'CONTAINS', 'attack')),
      ]),
    );
    const cases: [string, string, Sent, boolean][] = [
      ['GET', '/a/%41dmin', {}, true],
      ['GET', '/a/administration', {}, false],
      ['GET', '/a', { headers: { 'User-Agent': 'a bad\t  bot' } }, true],
      ['GET', '/a', { headers: { 'User-Agent': 'good' } }, false],
      ['GET', '/a?x=%41', {}, true],
      ['GET', '/a?x=A', {}, false],
      ['GET', '/a?iD=7', {}, true],
      ['GET', '/a?id=77', {}, false],
      ['GET', '/a?q=now-drop-it', {}, true],
      ['GET', '/a?q=drops_drop_it', {}, false],
      ['POST', '/a', { body: 'an attack' }, true],
      ['POST', '/a', { body: 'a tack' }, false],
      ['POST', '/a', { body: `${' '.repeat(16 * 1024)}attack` }, false],
    ];
    for (const [method, path, options, expected] of cases)
      expect([path, await blocked(gateway, method, path, options)]).toEqual([path, expected]);
  });

  test('compare sizes, including an oversize body', async () => {
    const size = (FieldToMatch: JsonObject, ComparisonOperator: string, Size: number): JsonObject => ({
      SizeConstraintStatement: { FieldToMatch, ComparisonOperator, Size, TextTransformations: [{ Priority: 0, Type: 'NONE' }] },
    });
    const rules = [
      rule('Query', size({ QueryString: {} }, 'GT', 20)),
      rule('Body', size({ Body: { OversizeHandling: 'MATCH' } }, 'GE', 20_000)),
    ];
    const gateway = await start(open, acl(rules));
    expect([await blocked(gateway, 'GET', '/a?12345678901234567890'), await blocked(gateway, 'GET', '/a?123456789012345678901')]).toEqual([
      false,
      true,
    ]);
    expect([
      await blocked(gateway, 'POST', '/a', { body: 'x'.repeat(16_384) }),
      await blocked(gateway, 'POST', '/a', { body: 'x'.repeat(16_385) }),
    ]).toEqual([false, true]);
    const AssociationConfig = { RequestBody: { API_GATEWAY: { DefaultSizeInspectionLimit: 'KB_64' } } };
    const larger = await start(open, acl([rules[1]], { AssociationConfig }));
    expect([
      await blocked(larger, 'POST', '/a', { body: 'x'.repeat(19_999) }),
      await blocked(larger, 'POST', '/a', { body: 'x'.repeat(20_000) }),
    ]).toEqual([false, true]);
  });

  test('are combined by And, Or and Not', async () => {
    const path = (text: string) => bytes({ UriPath: {} }, 'CONTAINS', text);
    const Statement: JsonObject = {
      AndStatement: { Statements: [{ OrStatement: { Statements: [path('/a'), path('/b')] } }, { NotStatement: { Statement: inSet } }] },
    };
    const gateway = await start({ ...open, 'GET /c': echo('ok') }, { ...acl([rule('Joined', Statement)]), Set: set('127.0.0.2/32') });
    expect([await blocked(gateway, 'GET', '/a'), await blocked(gateway, 'GET', '/b'), await blocked(gateway, 'GET', '/c')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(await blocked(gateway, 'GET', '/a', { from: '127.0.0.2' })).toBe(false);
  });

  test('compare addresses of a header with an IP set', async () => {
    const Statement = (Position: string) => ({
      IPSetReferenceStatement: {
        Arn: { 'Fn::GetAtt': ['Set', 'Arn'] },
        IPSetForwardedIPConfig: { HeaderName: 'X-Forwarded-For', FallbackBehavior: 'MATCH', Position },
      },
    });
    const results: Record<string, boolean[]> = {};
    for (const Position of ['FIRST', 'LAST', 'ANY']) {
      const gateway = await start(open, { ...acl([rule('Set', Statement(Position))]), Set: set('192.0.2.0/24') });
      const asked = ['192.0.2.1, 10.0.0.1', '10.0.0.1, 192.0.2.1', '10.0.0.1, 192.0.2.1, 10.0.0.1', 'none'];
      results[Position] = [];
      for (const value of asked) results[Position].push(await blocked(gateway, 'GET', '/a', { headers: { 'X-Forwarded-For': value } }));
      results[Position].push(await blocked(gateway, 'GET', '/a'));
    }
    expect(results).toEqual({
      FIRST: [true, false, false, true, false],
      LAST: [false, true, false, true, false],
      ANY: [true, true, true, true, false],
    });
  });
});

describe('unsupported rules', () => {
  const managed = {
    Name: 'Common',
    Priority: 1,
    Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet' } },
    OverrideAction: { None: {} },
    VisibilityConfig,
  };
  const second = {
    ...managed,
    Name: 'Bad',
    Priority: 2,
    Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesKnownBadInputsRuleSet' } },
  };

  test('are listed with their rule group in the coverage, reported at the start, and do not affect other rules', async () => {
    const resources = apiTemplate(open, acl([managed, second, rule('Rate', rate())]));
    const coverage = assess(assemblyOf(resources), resourceTypes);
    expect(coverage.problems).toEqual([]);
    expect(printCoverage(coverage)).toContain('only AWS has the rules of AWSManagedRulesCommonRuleSet');
    expect(printCoverage(coverage)).toContain('only AWS has the rules of AWSManagedRulesKnownBadInputsRuleSet');
    const gateway = await startTestGateway(resources);
    expect(gateway.reported).toEqual(
      ['Common', 'Bad'].map((name) => `The rule ${name} of S.Acl has a ManagedRuleGroupStatement: only AWS evaluates it`),
    );
    expect(await statuses(11, gateway)).toEqual([...ten, 403]);
  });

  test.each<[string, JsonObject, string]>([
    ['a transformation', bytes({ UriPath: {} }, 'EXACTLY', 'x', 'JS_DECODE'), 'TextTransformations.0.Type JS_DECODE is not supported'],
    ['a limit under ten', rate({ Limit: 9 }), 'RateBasedStatement.Limit 9 is less than 10'],
    ['a window of a second', rate({ EvaluationWindowSec: 1 }), 'RateBasedStatement.EvaluationWindowSec 1 is not one of 60, 120, 300, 600'],
    ['an unknown IP set', { IPSetReferenceStatement: { Arn: 'arn:x' } }, 'IPSetReferenceStatement.Arn arn:x is not an IP set'],
  ])('%s that AWS WAF or the sandbox does not support is rejected by name', (_, statement, message) => {
    expect(
      wafv2.unsupported?.(assemblyOf(apiTemplate(open, acl([rule('R', statement)]))), { hosts: new Map(), images: new Map() }),
    ).toEqual([expect.stringContaining(message)]);
  });

  test('an unsupported statement stops the start', () => {
    const statement = rate({ AggregateKeyType: 'CUSTOM_KEYS', CustomKeys: [{ Header: { Name: 'x' } }] });
    expect(assess(assemblyOf(apiTemplate(open, acl([rule('R', statement)]))), resourceTypes).problems).toEqual([
      'AWS::WAFv2::WebACL.Rules.Statement.RateBasedStatement.CustomKeys is not supported (S.Acl)',
    ]);
  });
});
