import { supported } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';

const MESSAGES = 'AWS only: the sandbox sends no emails and no text messages';
const NO_RISK = 'AWS only: the sandbox has no threat protection';
const NO_RECOVERY = 'AWS only: the sandbox sends no codes for forgotten passwords';
const NO_MFA = 'AWS only: the sandbox has no multi-factor authentication';
const NO_EXPIRATION = 'AWS only: temporary passwords do not expire in the sandbox';
const NO_DEVICES = 'AWS only: the sandbox does not remember devices';
const NOT_ENCRYPTED = 'AWS only: users are not encrypted here, and whether the policy of the key allows Cognito to use it is not evaluated';
const APPEARANCE = 'template only: the sandbox has one plain sign-in page';

export const poolId = (of: Identity) => `${of.region}_${of.token(9)}`;
const clientId = (of: Identity) => of.token(26);

export const cognitoTypes: ResourceType[] = [
  {
    type: 'AWS::Cognito::UserPool',
    support: 'runs',
    reason: 'a user pool in MiniStack, whose pre-token trigger is the function of the template',
    properties: supported(
      [
        'runs',
        'UserPoolName UsernameAttributes AliasAttributes Schema.{AttributeDataType,DeveloperOnlyAttribute,Mutable,Name}',
        'Schema.StringAttributeConstraints.{MaxLength,MinLength} Schema.NumberAttributeConstraints.{MaxValue,MinValue}',
        'Policies.PasswordPolicy.{MinimumLength,RequireLowercase,RequireNumbers,RequireSymbols,RequireUppercase}',
        'AdminCreateUserConfig.AllowAdminCreateUserOnly UsernameConfiguration.CaseSensitive',
        'LambdaConfig.PreTokenGenerationConfig.{LambdaArn,LambdaVersion} LambdaConfig.PreTokenGeneration',
      ],
      ['template only: a sign-up must have it, but administrators may create users without it', 'Schema.Required'],
      ['AWS only: the sandbox does not remember earlier passwords', 'Policies.PasswordPolicy.PasswordHistorySize'],
      [NO_EXPIRATION, 'Policies.PasswordPolicy.TemporaryPasswordValidityDays AdminCreateUserConfig.UnusedAccountValidityDays'],
      [
        MESSAGES,
        'AdminCreateUserConfig.InviteMessageTemplate.{EmailMessage,EmailSubject,SMSMessage} AutoVerifiedAttributes',
        'EmailVerificationMessage EmailVerificationSubject SmsAuthenticationMessage SmsVerificationMessage',
        'EmailConfiguration.{ConfigurationSet,EmailSendingAccount,From,ReplyToEmailAddress,SourceArn}',
        'SmsConfiguration.{ExternalId,SnsCallerArn,SnsRegion}',
        'VerificationMessageTemplate.{DefaultEmailOption,EmailMessage,EmailMessageByLink,EmailSubject,EmailSubjectByLink,SmsMessage}',
        'UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate',
      ],
      [NO_MFA, 'MfaConfiguration EnabledMfas'],
      ['template only: every feature is available, except for the pre-token trigger in the Lite plan', 'UserPoolTier'],
      ['template only: the sandbox does not delete user pools', 'DeletionProtection'],
      [NOT_ENCRYPTED, 'KeyConfiguration.{KeyType,KmsKeyArn}'],
      [NO_RECOVERY, 'AccountRecoverySetting.RecoveryMechanisms.{Name,Priority}'],
      [NO_DEVICES, 'DeviceConfiguration.{ChallengeRequiredOnNewDevice,DeviceOnlyRememberedOnUserPrompt}'],
      [NO_RISK, 'UserPoolAddOns.AdvancedSecurityMode UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode'],
      ['evaluated', 'UserPoolTags'],
    ),
    ref: poolId,
    attributes: {
      Arn: (of) => `arn:aws:cognito-idp:${of.region}:${of.account}:userpool/${poolId(of)}`,
      ProviderName: (of) => `cognito-idp.${of.region}.amazonaws.com/${poolId(of)}`,
      ProviderURL: (of) => `https://cognito-idp.${of.region}.amazonaws.com/${poolId(of)}`,
      UserPoolId: poolId,
    },
  },
  {
    type: 'AWS::Cognito::UserPoolClient',
    support: 'runs',
    reason: 'an app client in MiniStack, behind checks of its settings',
    properties: supported(
      [
        'runs',
        'UserPoolId ClientName GenerateSecret AllowedOAuthFlows AllowedOAuthFlowsUserPoolClient AllowedOAuthScopes CallbackURLs',
        'DefaultRedirectURI LogoutURLs ExplicitAuthFlows SupportedIdentityProviders AccessTokenValidity IdTokenValidity',
        'RefreshTokenValidity EnableTokenRevocation PreventUserExistenceErrors WriteAttributes AuthSessionValidity',
        'TokenValidityUnits.{AccessToken,IdToken,RefreshToken} RefreshTokenRotation.{Feature,RetryGracePeriodSeconds}',
      ],
      ['AWS only: in the sandbox a client reads every attribute', 'ReadAttributes'],
      [NO_RISK, 'EnablePropagateAdditionalUserContextData'],
    ),
    ref: clientId,
    attributes: { ClientId: clientId, Name: (of) => of.name('ClientName', 128) },
  },
  {
    type: 'AWS::Cognito::UserPoolDomain',
    support: 'runs',
    reason: 'its paths are served on a port of this machine, and for functions by its host name',
    properties: supported(
      ['runs', 'UserPoolId Domain'],
      ['AWS only: it needs a certificate and DNS', 'CustomDomainConfig.CertificateArn'],
      [APPEARANCE, 'ManagedLoginVersion'],
    ),
    ref: (of) => String(of.property('Domain') ?? of.token(10)),
    attributes: { CloudFrontDistribution: (of) => `d${of.token(13)}.cloudfront.net` },
  },
  {
    type: 'AWS::Cognito::UserPoolResourceServer',
    support: 'runs',
    reason: 'a resource server in MiniStack, whose scopes clients can request',
    properties: supported(['runs', 'UserPoolId Identifier Name Scopes.{ScopeDescription,ScopeName}']),
    ref: (of) => String(of.property('Identifier') ?? ''),
  },
  {
    type: 'AWS::Cognito::UserPoolGroup',
    support: 'runs',
    reason: 'a group in MiniStack',
    properties: supported(
      ['runs', 'UserPoolId GroupName Description Precedence'],
      ['template only: the sandbox has no identity pools', 'RoleArn'],
    ),
    ref: (of) => of.name('GroupName', 128),
  },
];
