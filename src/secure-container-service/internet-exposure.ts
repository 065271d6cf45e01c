import { Token } from 'aws-cdk-lib';
import { Peer, Port } from 'aws-cdk-lib/aws-ec2';
import { ApplicationProtocol, ListenerAction } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import type { Construct, IConstruct } from 'constructs';
import type { Problems } from '../core/private/problems';
import { acknowledge } from '../core/private/rule-packs';
import { checkDomain } from './check-domain';
import type { Entrance, ExposureVariant } from './exposure-variant';
import type { InternetDomain } from './service-domain';

/** Reached by anyone, over TLS. */
export class InternetExposure implements ExposureVariant {
  public readonly isReachable = true;
  public readonly isPublic = true;
  public readonly apiProblem =
    'Exposure.internal or Exposure.internalPlaintext: a public service can be called without the API, so it cannot trust the headers of one';

  constructor(public readonly domain: InternetDomain) {}

  public check(scope: IConstruct, problems: Problems): void {
    checkDomain(scope, problems, this.domain);
    const { webAclArn } = this.domain;
    if (webAclArn === undefined || Token.isUnresolved(webAclArn) || /^arn:[^:]+:wafv2:[^:]+:\d{12}:regional\/webacl\//.test(webAclArn))
      return;
    problems.add('exposure.webAclArn', webAclArn, 'the ARN of a regional web ACL: arn:aws:wafv2:<region>:<account>:regional/webacl/…');
  }

  public admit(scope: Construct, { loadBalancer, port }: Entrance): undefined {
    const redirect = loadBalancer.addListener('Redirect', {
      port: 80,
      protocol: ApplicationProtocol.HTTP,
      open: false,
      defaultAction: ListenerAction.redirect({ protocol: 'HTTPS', port: String(port), permanent: true }),
    });
    for (const open of [port, 80]) loadBalancer.connections.allowFrom(Peer.anyIpv4(), Port.tcp(open), 'Clients on the internet');
    acknowledge(
      redirect,
      ['NIST.800.53.R5', 'PCI.DSS.321', 'HIPAA.Security'],
      'ELBv2ACMCertificateRequired',
      'The listener answers every request with a redirect to HTTPS and reaches no task.',
    );
    for (const group of loadBalancer.connections.securityGroups) {
      acknowledge(
        group,
        ['AwsSolutions'],
        'EC23',
        'The service is public by choice: its load balancer accepts HTTPS, and HTTP to redirect it.',
      );
    }
    const { webAclArn } = this.domain;
    if (webAclArn !== undefined) new CfnWebACLAssociation(scope, 'Firewall', { webAclArn, resourceArn: loadBalancer.loadBalancerArn });
  }
}
