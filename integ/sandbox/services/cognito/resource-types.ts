import { members } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';

const MESSAGES = 'AWS only: no mail and no text message is sent from here';
const NO_RISK = 'AWS only: threat protection is not imitated';
const NO_RECOVERY = 'AWS only: who forgot a password gets no code from here';
const NO_SECOND_FACTOR = 'AWS only: nobody is asked for a second factor here';
const NO_END = 'AWS only: temporary passwords do not end here';
const NO_DEVICES = 'AWS only: devices are not remembered here';
const APPEARANCE = 'template only: the sign-in page here is plain';

export const poolId = (of: Identity) => `${of.region}_${of.token(9)}`;
const clientId = (of: Identity) => of.token(26);

/** What Cognito does here: MiniStack keeps users and signs tokens, the template's own trigger decides on claims. */
export const cognitoTypes: ResourceType[] = [
  {
    type: 'AWS::Cognito::UserPool',
    support: 'runs',
    reason: 'a user pool of MiniStack, whose pre-token trigger is the function of the template',
    properties: {
      UserPoolName: 'runs',
      ...members('Schema', 'runs', ['AttributeDataType', 'DeveloperOnlyAttribute', 'Mutable', 'Name']),
      'Schema.Required': 'template only: who signs up must give it, an account that an administrator makes may lack it here',
      ...members('Schema.StringAttributeConstraints', 'runs', ['MaxLength', 'MinLength']),
      ...members('Schema.NumberAttributeConstraints', 'runs', ['MaxValue', 'MinValue']),
      ...members('Policies.PasswordPolicy', 'runs', [
        'MinimumLength',
        'RequireLowercase',
        'RequireNumbers',
        'RequireSymbols',
        'RequireUppercase',
      ]),
      'Policies.PasswordPolicy.PasswordHistorySize': 'AWS only: earlier passwords are not remembered here',
      'Policies.PasswordPolicy.TemporaryPasswordValidityDays': NO_END,
      'AdminCreateUserConfig.AllowAdminCreateUserOnly': 'runs',
      ...members('AdminCreateUserConfig.InviteMessageTemplate', MESSAGES, ['EmailMessage', 'EmailSubject', 'SMSMessage']),
      'AdminCreateUserConfig.UnusedAccountValidityDays': NO_END,
      UsernameAttributes: 'runs',
      AliasAttributes: 'runs',
      'UsernameConfiguration.CaseSensitive': 'runs',
      AutoVerifiedAttributes: MESSAGES,
      MfaConfiguration: NO_SECOND_FACTOR,
      EnabledMfas: NO_SECOND_FACTOR,
      'LambdaConfig.PreTokenGenerationConfig.LambdaArn': 'runs',
      'LambdaConfig.PreTokenGenerationConfig.LambdaVersion': 'runs',
      'LambdaConfig.PreTokenGeneration': 'runs',
      UserPoolTier: 'template only: no feature is held back, but for the pre-token trigger of the plan Lite',
      DeletionProtection: 'template only: nothing is deleted here',
      ...members('AccountRecoverySetting.RecoveryMechanisms', NO_RECOVERY, ['Name', 'Priority']),
      ...members('DeviceConfiguration', NO_DEVICES, ['ChallengeRequiredOnNewDevice', 'DeviceOnlyRememberedOnUserPrompt']),
      ...members('EmailConfiguration', MESSAGES, ['ConfigurationSet', 'EmailSendingAccount', 'From', 'ReplyToEmailAddress', 'SourceArn']),
      EmailVerificationMessage: MESSAGES,
      EmailVerificationSubject: MESSAGES,
      SmsAuthenticationMessage: MESSAGES,
      ...members('SmsConfiguration', MESSAGES, ['ExternalId', 'SnsCallerArn', 'SnsRegion']),
      SmsVerificationMessage: MESSAGES,
      ...members('VerificationMessageTemplate', MESSAGES, [
        'DefaultEmailOption',
        'EmailMessage',
        'EmailMessageByLink',
        'EmailSubject',
        'EmailSubjectByLink',
        'SmsMessage',
      ]),
      'UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate': MESSAGES,
      'UserPoolAddOns.AdvancedSecurityMode': NO_RISK,
      'UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode': NO_RISK,
      UserPoolTags: 'evaluated',
    },
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
    properties: {
      UserPoolId: 'runs',
      ClientName: 'runs',
      GenerateSecret: 'runs',
      AllowedOAuthFlows: 'runs',
      AllowedOAuthFlowsUserPoolClient: 'runs',
      AllowedOAuthScopes: 'runs',
      CallbackURLs: 'runs',
      DefaultRedirectURI: 'runs',
      LogoutURLs: 'runs',
      ExplicitAuthFlows: 'runs',
      SupportedIdentityProviders: 'runs',
      AccessTokenValidity: 'runs',
      IdTokenValidity: 'runs',
      RefreshTokenValidity: 'runs',
      ...members('TokenValidityUnits', 'runs', ['AccessToken', 'IdToken', 'RefreshToken']),
      ...members('RefreshTokenRotation', 'runs', ['Feature', 'RetryGracePeriodSeconds']),
      EnableTokenRevocation: 'runs',
      PreventUserExistenceErrors: 'runs',
      ReadAttributes: 'AWS only: a client reads every attribute here',
      WriteAttributes: 'runs',
      AuthSessionValidity: 'runs',
      EnablePropagateAdditionalUserContextData: NO_RISK,
    },
    ref: clientId,
    attributes: { ClientId: clientId, Name: (of) => of.name('ClientName', 128) },
  },
  {
    type: 'AWS::Cognito::UserPoolDomain',
    support: 'runs',
    reason: 'its paths are served on a port of this machine, and under its name to functions',
    properties: {
      UserPoolId: 'runs',
      Domain: 'runs',
      'CustomDomainConfig.CertificateArn': 'AWS only: a certificate and DNS',
      ManagedLoginVersion: APPEARANCE,
    },
    ref: (of) => String(of.property('Domain') ?? of.token(10)),
    attributes: { CloudFrontDistribution: (of) => `d${of.token(13)}.cloudfront.net` },
  },
  {
    type: 'AWS::Cognito::UserPoolResourceServer',
    support: 'runs',
    reason: 'a resource server of MiniStack: its scopes are known to clients',
    properties: {
      UserPoolId: 'runs',
      Identifier: 'runs',
      Name: 'runs',
      ...members('Scopes', 'runs', ['ScopeDescription', 'ScopeName']),
    },
    ref: (of) => String(of.property('Identifier') ?? ''),
  },
  {
    type: 'AWS::Cognito::UserPoolGroup',
    support: 'runs',
    reason: 'a group of MiniStack',
    properties: {
      UserPoolId: 'runs',
      GroupName: 'runs',
      Description: 'runs',
      Precedence: 'runs',
      RoleArn: 'template only: identity pools are not run here',
    },
    ref: (of) => of.name('GroupName', 128),
  },
];
