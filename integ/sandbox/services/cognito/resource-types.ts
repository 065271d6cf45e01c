import { supported } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';

const MESSAGES = 'AWS only: no mail and no text message is sent from here';
const NO_RISK = 'AWS only: threat protection is not imitated';
const NO_RECOVERY = 'AWS only: who forgot a password gets no code from here';
const NO_SECOND_FACTOR = 'AWS only: nobody is asked for a second factor here';
const NO_END = 'AWS only: temporary passwords do not end here';
const NO_DEVICES = 'AWS only: devices are not remembered here';
const NOT_ENCRYPTED = 'AWS only: users are not encrypted here, and whether the policy of the key allows Cognito to use it is not evaluated';
const APPEARANCE = 'template only: the sign-in page here is plain';

export const poolId = (of: Identity) => `${of.region}_${of.token(9)}`;
const clientId = (of: Identity) => of.token(26);

/** What Cognito does here: MiniStack keeps users and signs tokens, the template's own trigger decides on claims. */
export const cognitoTypes: ResourceType[] = [
  {
    type: 'AWS::Cognito::UserPool',
    support: 'runs',
    reason: 'a user pool of MiniStack, whose pre-token trigger is the function of the template',
    properties: supported(
      [
        'runs',
        'UserPoolName UsernameAttributes AliasAttributes Schema.{AttributeDataType,DeveloperOnlyAttribute,Mutable,Name}',
        'Schema.StringAttributeConstraints.{MaxLength,MinLength} Schema.NumberAttributeConstraints.{MaxValue,MinValue}',
        'Policies.PasswordPolicy.{MinimumLength,RequireLowercase,RequireNumbers,RequireSymbols,RequireUppercase}',
        'AdminCreateUserConfig.AllowAdminCreateUserOnly UsernameConfiguration.CaseSensitive',
        'LambdaConfig.PreTokenGenerationConfig.{LambdaArn,LambdaVersion} LambdaConfig.PreTokenGeneration',
      ],
      ['template only: who signs up must give it, an account that an administrator makes may lack it here', 'Schema.Required'],
      ['AWS only: earlier passwords are not remembered here', 'Policies.PasswordPolicy.PasswordHistorySize'],
      [NO_END, 'Policies.PasswordPolicy.TemporaryPasswordValidityDays AdminCreateUserConfig.UnusedAccountValidityDays'],
      [
        MESSAGES,
        'AdminCreateUserConfig.InviteMessageTemplate.{EmailMessage,EmailSubject,SMSMessage} AutoVerifiedAttributes',
        'EmailVerificationMessage EmailVerificationSubject SmsAuthenticationMessage SmsVerificationMessage',
        'EmailConfiguration.{ConfigurationSet,EmailSendingAccount,From,ReplyToEmailAddress,SourceArn}',
        'SmsConfiguration.{ExternalId,SnsCallerArn,SnsRegion}',
        'VerificationMessageTemplate.{DefaultEmailOption,EmailMessage,EmailMessageByLink,EmailSubject,EmailSubjectByLink,SmsMessage}',
        'UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate',
      ],
      [NO_SECOND_FACTOR, 'MfaConfiguration EnabledMfas'],
      ['template only: no feature is held back, but for the pre-token trigger of the plan Lite', 'UserPoolTier'],
      ['template only: nothing is deleted here', 'DeletionProtection'],
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
    reason: 'an app client of MiniStack; what it may not ask for is rejected before that',
    properties: supported(
      [
        'runs',
        'UserPoolId ClientName GenerateSecret AllowedOAuthFlows AllowedOAuthFlowsUserPoolClient AllowedOAuthScopes CallbackURLs',
        'DefaultRedirectURI LogoutURLs ExplicitAuthFlows SupportedIdentityProviders AccessTokenValidity IdTokenValidity',
        'RefreshTokenValidity EnableTokenRevocation PreventUserExistenceErrors WriteAttributes AuthSessionValidity',
        'TokenValidityUnits.{AccessToken,IdToken,RefreshToken} RefreshTokenRotation.{Feature,RetryGracePeriodSeconds}',
      ],
      ['AWS only: a client reads every attribute here', 'ReadAttributes'],
      [NO_RISK, 'EnablePropagateAdditionalUserContextData'],
    ),
    ref: clientId,
    attributes: { ClientId: clientId, Name: (of) => of.name('ClientName', 128) },
  },
  {
    type: 'AWS::Cognito::UserPoolDomain',
    support: 'runs',
    reason: 'its paths are served on a port of this machine, and under its name to functions',
    properties: supported(
      ['runs', 'UserPoolId Domain'],
      ['AWS only: a certificate and DNS', 'CustomDomainConfig.CertificateArn'],
      [APPEARANCE, 'ManagedLoginVersion'],
    ),
    ref: (of) => String(of.property('Domain') ?? of.token(10)),
    attributes: { CloudFrontDistribution: (of) => `d${of.token(13)}.cloudfront.net` },
  },
  {
    type: 'AWS::Cognito::UserPoolResourceServer',
    support: 'runs',
    reason: 'a resource server of MiniStack: its scopes are known to clients',
    properties: supported(['runs', 'UserPoolId Identifier Name Scopes.{ScopeDescription,ScopeName}']),
    ref: (of) => String(of.property('Identifier') ?? ''),
  },
  {
    type: 'AWS::Cognito::UserPoolGroup',
    support: 'runs',
    reason: 'a group of MiniStack',
    properties: supported(
      ['runs', 'UserPoolId GroupName Description Precedence'],
      ['template only: identity pools are not run here', 'RoleArn'],
    ),
    ref: (of) => of.name('GroupName', 128),
  },
];
