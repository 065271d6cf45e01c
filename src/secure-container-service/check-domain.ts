import { Arn, ArnFormat, CfnResource, Stack, Token } from 'aws-cdk-lib';
import type { CfnCertificate, ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IConstruct } from 'constructs';
import type { Problems } from '../core/private/problems';
import type { ServiceDomain } from './service-domain';

/** Reports a name or a certificate with which no TLS connection would succeed, as far as they are known at synthesis. */
export function checkDomain(scope: IConstruct, problems: Problems, { domainName, certificate }: ServiceDomain): void {
  if (!Token.isUnresolved(domainName) && !/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(domainName)) {
    problems.add('exposure.domainName', domainName, 'a name of lower-case letters, digits, hyphens and dots: grades.schools.example');
  }
  checkRegion(scope, problems, certificate);
  const names = namesOf(certificate);
  if (names === undefined || Token.isUnresolved(domainName) || names.some((name) => covers(name, domainName))) return;
  problems.add(
    'exposure.domainName',
    domainName,
    `a name that its certificate covers (${names.join(', ')}): TLS connections fail otherwise`,
  );
}

/** Documented: "Create an HTTPS listener for your Application Load Balancer": the certificate must be in the Region of the load balancer. */
function checkRegion(scope: IConstruct, problems: Problems, { certificateArn }: ICertificate): void {
  const here = Stack.of(scope).region;
  if (Token.isUnresolved(certificateArn) || Token.isUnresolved(here)) return;
  const { region } = Arn.split(certificateArn, ArnFormat.SLASH_RESOURCE_NAME);
  if (region !== here) problems.add('exposure.certificate', certificateArn, `a certificate of ${here}, the Region of the service`);
}

/** Undefined where they are known at deployment only, as those of an imported certificate are. */
function namesOf({ node: { defaultChild } }: ICertificate): string[] | undefined {
  if (defaultChild === undefined || !CfnResource.isCfnResource(defaultChild)) return undefined;
  const { domainName, subjectAlternativeNames = [] } = defaultChild as Partial<CfnCertificate>;
  const names = domainName === undefined ? [] : [domainName, ...subjectAlternativeNames];
  return names.length === 0 || names.some((name) => Token.isUnresolved(name)) ? undefined : names;
}

/** A wildcard stands for one label. */
function covers(name: string, domainName: string): boolean {
  return name === domainName || (name.startsWith('*.') && name.slice(1) === domainName.slice(domainName.indexOf('.')));
}
