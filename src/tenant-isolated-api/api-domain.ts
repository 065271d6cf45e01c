import { Token } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { invalid } from '../core/private/base/invalid';

/** A custom domain name of an API. */
export class ApiDomain {
  /**
   * A domain name with its certificate. Clients need TLS 1.3, or TLS 1.2 with forward secrecy. The default endpoint of the API is disabled.
   *
   * @param domainName `api.schools.example`, in lower-case letters
   * @param certificate the certificate of that name, in the API's Region
   * @throws when the name is malformed
   */
  public static of(domainName: string, certificate: ICertificate): ApiDomain {
    if (!Token.isUnresolved(domainName) && !/^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(domainName)) {
      invalid('ApiDomain', 'domainName', domainName, 'a name of lower-case letters, digits, hyphens and dots: api.schools.example');
    }
    return new ApiDomain(domainName, certificate);
  }

  private constructor(
    /** The domain name. */
    public readonly domainName: string,
    /** The certificate of that name, in the API's Region. */
    public readonly certificate: ICertificate,
  ) {}
}
