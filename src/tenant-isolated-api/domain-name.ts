import { Arn, ArnFormat, Stack, Token } from 'aws-cdk-lib';
import { DomainName, EndpointAccessMode, EndpointType, type RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Construct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import type { ApiDomain } from './api-domain';

/** Creates the custom domain of an API, as the child `Domain`. */
export function createDomain(scope: Construct, { domainName, certificate }: ApiDomain, restApi: RestApi): DomainName {
  checkRegion(scope, certificate);
  return new DomainName(scope, 'Domain', {
    domainName,
    certificate,
    mapping: restApi,
    endpointType: EndpointType.REGIONAL,
    securityPolicy: SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09,
    endpointAccessMode: EndpointAccessMode.STRICT,
  });
}

/** Documented: "Custom domain name for public REST APIs": the certificate of a Regional domain name must be in the API's Region. */
function checkRegion(scope: Construct, { certificateArn }: ICertificate): void {
  if (Token.isUnresolved(certificateArn)) return;
  const { region } = Arn.split(certificateArn, ArnFormat.SLASH_RESOURCE_NAME);
  const here = Stack.of(scope).region;
  if (Token.isUnresolved(here) || region === here) return;
  invalid(scope, 'domain.certificate', certificateArn, `a certificate of ${here}, the Region of the API`);
}
