import { supported } from '../../assembly/resource-types';
import type { Identity, PropertySupport, ResourceType } from '../../contracts';

const TAGS = ['template only: the sandbox does not read tags', 'Tags'] as const;
const NETWORK_ONLY = 'AWS only: only load balancers of another type have it';
const AUTHENTICATION = 'AWS only: the sandbox rejects actions that authenticate users';

const nameOf =
  (property: string) =>
  (of: Identity): string =>
    of.name(property, 32);
const idOf = (of: Identity): string => of.token(16);
const arn = (of: Identity, rest: string): string => `arn:aws:elasticloadbalancing:${of.region}:${of.account}:${rest}`;

const fullNameOf = (of: Identity): string => `app/${nameOf('Name')(of)}/${idOf(of)}`;
const targetGroupOf = (of: Identity): string => `targetgroup/${nameOf('Name')(of)}/${idOf(of)}`;
const loadBalancerArn = (of: Identity): string => arn(of, `loadbalancer/${fullNameOf(of)}`);
const targetGroupArn = (of: Identity): string => arn(of, targetGroupOf(of));

/** Documented: the ARN of a listener has the path of its load balancer, that of a rule the path of its listener. */
function listenerArn(of: Identity): string {
  return `${String(of.property('LoadBalancerArn')).replace(':loadbalancer/', ':listener/')}/${idOf(of)}`;
}
function ruleArn(of: Identity): string {
  return `${String(of.property('ListenerArn')).replace(':listener/', ':listener-rule/')}/${idOf(of)}`;
}

function dnsName(of: Identity): string {
  const internal = of.property('Scheme') === 'internal' ? 'internal-' : '';
  return `${internal}${nameOf('Name')(of).toLowerCase()}-${idOf(of)}.${of.region}.elb.amazonaws.com`;
}

/** What a listener's default actions and a rule's actions have in common. */
function actions(property: string): (readonly [PropertySupport, ...string[]])[] {
  return [
    [
      'runs',
      `${property}.{TargetGroupArn,Type} ${property}.FixedResponseConfig.{ContentType,MessageBody,StatusCode}`,
      `${property}.ForwardConfig.TargetGroups.{TargetGroupArn,Weight} ${property}.RedirectConfig.{Host,Path,Port,Protocol,Query,StatusCode}`,
      `${property}.ForwardConfig.TargetGroupStickinessConfig.{DurationSeconds,Enabled}`,
    ],
    ['template only: a rule has one action here', `${property}.Order`],
    [
      AUTHENTICATION,
      `${property}.AuthenticateCognitoConfig.{AuthenticationRequestExtraParams,OnUnauthenticatedRequest,Scope,SessionCookieName}`,
      `${property}.AuthenticateCognitoConfig.{SessionTimeout,UserPoolArn,UserPoolClientId,UserPoolDomain}`,
      `${property}.AuthenticateOidcConfig.{AuthenticationRequestExtraParams,AuthorizationEndpoint,ClientId,ClientSecret,Issuer}`,
      `${property}.AuthenticateOidcConfig.{OnUnauthenticatedRequest,Scope,SessionCookieName,SessionTimeout,TokenEndpoint}`,
      `${property}.AuthenticateOidcConfig.{UseExistingClientSecret,UserInfoEndpoint}`,
      `${property}.JwtValidationConfig.{Issuer,JwksEndpoint} ${property}.JwtValidationConfig.AdditionalClaims.{Format,Name,Values}`,
    ],
  ];
}

/** Application load balancers and what belongs to them. */
export const elbTypes: ResourceType[] = [
  {
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    support: 'runs',
    reason: 'a proxy on this machine, with a network interface in each subnet; HTTP/1.1 only',
    properties: supported(
      ['runs', 'IpAddressType LoadBalancerAttributes.{Key,Value} Name Scheme SecurityGroups SubnetMappings.SubnetId Subnets Type'],
      ['template only: capacity is what this machine has', 'MinimumLoadBalancerCapacity.CapacityUnits'],
      ['AWS only: no address manager is here', 'Ipv4IpamPoolId'],
      [
        NETWORK_ONLY,
        'EnableCapacityReservationProvisionStabilize EnablePrefixForIpv6SourceNat EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic',
        'SubnetMappings.{AllocationId,IPv6Address,PrivateIPv4Address,SourceNatIpv6Prefix}',
      ],
      TAGS,
    ),
    ref: loadBalancerArn,
    attributes: {
      LoadBalancerArn: loadBalancerArn,
      LoadBalancerFullName: fullNameOf,
      LoadBalancerName: nameOf('Name'),
      DNSName: dnsName,
      CanonicalHostedZoneID: () => 'Z35SXDOTRQ7X7K',
    },
  },
  {
    type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    support: 'runs',
    reason: 'targets with the type ip, their health checks and draining',
    properties: supported(
      [
        'runs',
        'HealthCheckEnabled HealthCheckIntervalSeconds HealthCheckPath HealthCheckPort HealthCheckProtocol HealthCheckTimeoutSeconds',
        'HealthyThresholdCount Matcher.{GrpcCode,HttpCode} Name Port Protocol ProtocolVersion TargetGroupAttributes.{Key,Value}',
        'TargetType Targets.{AvailabilityZone,Id,Port,QuicServerId} UnhealthyThresholdCount VpcId',
      ],
      ['template only: targets have IPv4 addresses here', 'IpAddressType'],
      ['AWS only: nothing here optimizes targets', 'TargetControlPort'],
      TAGS,
    ),
    ref: targetGroupArn,
    attributes: { TargetGroupArn: targetGroupArn, TargetGroupFullName: targetGroupOf, TargetGroupName: nameOf('Name') },
  },
  {
    type: 'AWS::ElasticLoadBalancingV2::Listener',
    support: 'runs',
    reason: 'an HTTP or HTTPS server; a certificate of the run stands for that of the template, and has its names',
    properties: supported(
      [
        'runs',
        'Certificates.CertificateArn ListenerAttributes.{Key,Value} LoadBalancerArn MutualAuthentication.Mode Port Protocol SslPolicy',
      ],
      ...actions('DefaultActions'),
      [
        'AWS only: no certificate of a client is verified here',
        'MutualAuthentication.{AdvertiseTrustStoreCaNames,IgnoreClientCertificateExpiry}',
      ],
      ['AWS only: no certificate of a client is verified here', 'MutualAuthentication.TrustStoreArn'],
      [NETWORK_ONLY, 'AlpnPolicy'],
      TAGS,
    ),
    ref: listenerArn,
    attributes: { ListenerArn: listenerArn },
  },
  {
    type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    support: 'runs',
    reason: 'its conditions, and its action',
    properties: supported(
      [
        'runs',
        'ListenerArn Priority Conditions.{Field,RegexValues,Values} Conditions.{HostHeaderConfig,PathPatternConfig}.{RegexValues,Values}',
        'Conditions.HttpHeaderConfig.{HttpHeaderName,RegexValues,Values} Conditions.HttpRequestMethodConfig.Values',
        'Conditions.QueryStringConfig.Values.{Key,Value} Conditions.SourceIpConfig.Values',
      ],
      ['template only: each address is of one family', 'Conditions.SourceIpConfig.IpAddressType'],
      ...actions('Actions'),
      TAGS,
    ),
    ref: ruleArn,
    attributes: { RuleArn: ruleArn },
  },
  {
    type: 'AWS::ElasticLoadBalancingV2::ListenerCertificate',
    support: 'runs',
    reason: 'a further certificate of a listener, chosen by the name that the client asks for',
    properties: supported(['runs', 'Certificates.CertificateArn ListenerArn']),
    ref: (of) => of.token(16),
  },
];
