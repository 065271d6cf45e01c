import { Token } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { invalid } from '../core/private/base/invalid';

/** The name under which an API is reached, instead of the address that API Gateway gives it. */
export class ApiDomain {
  /**
   * A name of your own: TLS 1.3, or 1.2 with forward secrecy, and the default address of the API is off.
   *
   * @param domainName `api.schools.example`, in lower-case letters
   * @param certificate for that name, in the API's Region
   * @throws when the name is malformed
   */
  public static of(domainName: string, certificate: ICertificate): ApiDomain {
    if (!Token.isUnresolved(domainName) && !/^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(domainName)) {
      invalid('ApiDomain', 'domainName', domainName, 'a name of lower-case letters, digits, hyphens and dots: api.schools.example');
    }
    return new ApiDomain(domainName, certificate);
  }

  private constructor(
    /** The name. */
    public readonly domainName: string,
    /** For that name, in the API's Region. */
    public readonly certificate: ICertificate,
  ) {}
}
