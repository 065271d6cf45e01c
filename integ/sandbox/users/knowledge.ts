import type { Identity, TypeKnowledge } from '../contracts';
import { members } from '../knowledge';

const MESSAGES = 'needs AWS: no mail and no text message is sent from here';
const NO_RISK = 'needs AWS: threat protection is not imitated';
const NO_RECOVERY = 'needs AWS: who forgot a password gets no code from here';
const NO_SECOND_FACTOR = 'needs AWS: nobody is asked for a second factor here';
const NO_END = 'needs AWS: temporary passwords do not end here';
const NO_DEVICES = 'needs AWS: devices are not remembered here';
const APPEARANCE = 'asserted only: the sign-in page here is plain';

export const poolId = (of: Identity) => `${of.region}_${of.token(9)}`;
const clientId = (of: Identity) => of.token(26);

/** What Cognito does here: MiniStack keeps users and signs tokens, the template's own trigger decides on claims. */
export const knowledge: TypeKnowledge[] = [
  {
    type: 'AWS::Cognito::UserPool',
    standing: 'run',
    reason: 'a user pool of MiniStack, whose pre-token trigger is the function of the template',
    properties: {
      UserPoolName: 'run',
      ...members('Schema', 'run', ['AttributeDataType', 'DeveloperOnlyAttribute', 'Mutable', 'Name']),
      'Schema.Required': 'asserted only: who signs up must give it, an account that an administrator makes may lack it here',
      ...members('Schema.StringAttributeConstraints', 'run', ['MaxLength', 'MinLength']),
      ...members('Schema.NumberAttributeConstraints', 'run', ['MaxValue', 'MinValue']),
      ...members('Policies.PasswordPolicy', 'run', [
        'MinimumLength',
        'RequireLowercase',
        'RequireNumbers',
        'RequireSymbols',
        'RequireUppercase',
      ]),
      'Policies.PasswordPolicy.PasswordHistorySize': 'needs AWS: earlier passwords are not remembered here',
      'Policies.PasswordPolicy.TemporaryPasswordValidityDays': NO_END,
      'AdminCreateUserConfig.AllowAdminCreateUserOnly': 'run',
      ...members('AdminCreateUserConfig.InviteMessageTemplate', MESSAGES, ['EmailMessage', 'EmailSubject', 'SMSMessage']),
      'AdminCreateUserConfig.UnusedAccountValidityDays': NO_END,
      UsernameAttributes: 'run',
      AliasAttributes: 'run',
      'UsernameConfiguration.CaseSensitive': 'run',
      AutoVerifiedAttributes: MESSAGES,
      MfaConfiguration: NO_SECOND_FACTOR,
      EnabledMfas: NO_SECOND_FACTOR,
      'LambdaConfig.PreTokenGenerationConfig.LambdaArn': 'run',
      'LambdaConfig.PreTokenGenerationConfig.LambdaVersion': 'run',
      'LambdaConfig.PreTokenGeneration': 'run',
      UserPoolTier: 'asserted only: no feature is held back, but for the pre-token trigger of the plan Lite',
      DeletionProtection: 'asserted only: nothing is deleted here',
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
    standing: 'run',
    reason: 'an app client of MiniStack; what it may not ask for is refused before that',
    properties: {
      UserPoolId: 'run',
      ClientName: 'run',
      GenerateSecret: 'run',
      AllowedOAuthFlows: 'run',
      AllowedOAuthFlowsUserPoolClient: 'run',
      AllowedOAuthScopes: 'run',
      CallbackURLs: 'run',
      DefaultRedirectURI: 'run',
      LogoutURLs: 'run',
      ExplicitAuthFlows: 'run',
      SupportedIdentityProviders: 'run',
      AccessTokenValidity: 'run',
      IdTokenValidity: 'run',
      RefreshTokenValidity: 'run',
      ...members('TokenValidityUnits', 'run', ['AccessToken', 'IdToken', 'RefreshToken']),
      ...members('RefreshTokenRotation', 'run', ['Feature', 'RetryGracePeriodSeconds']),
      EnableTokenRevocation: 'run',
      PreventUserExistenceErrors: 'run',
      ReadAttributes: 'needs AWS: a client reads every attribute here',
      WriteAttributes: 'run',
      AuthSessionValidity: 'run',
      EnablePropagateAdditionalUserContextData: NO_RISK,
    },
    ref: clientId,
    attributes: { ClientId: clientId, Name: (of) => of.name('ClientName', 128) },
  },
  {
    type: 'AWS::Cognito::UserPoolDomain',
    standing: 'run',
    reason: 'its paths are served on a port of this machine, and under its name to functions',
    properties: {
      UserPoolId: 'run',
      Domain: 'run',
      'CustomDomainConfig.CertificateArn': 'needs AWS: a certificate and DNS',
      ManagedLoginVersion: APPEARANCE,
    },
    ref: (of) => String(of.property('Domain') ?? of.token(10)),
    attributes: { CloudFrontDistribution: (of) => `d${of.token(13)}.cloudfront.net` },
  },
  {
    type: 'AWS::Cognito::UserPoolResourceServer',
    standing: 'run',
    reason: 'a resource server of MiniStack: its scopes are known to clients',
    properties: {
      UserPoolId: 'run',
      Identifier: 'run',
      Name: 'run',
      ...members('Scopes', 'run', ['ScopeDescription', 'ScopeName']),
    },
    ref: (of) => String(of.property('Identifier') ?? ''),
  },
  {
    type: 'AWS::Cognito::UserPoolGroup',
    standing: 'run',
    reason: 'a group of MiniStack',
    properties: {
      UserPoolId: 'run',
      GroupName: 'run',
      Description: 'run',
      Precedence: 'run',
      RoleArn: 'asserted only: identity pools are not run here',
    },
    ref: (of) => of.name('GroupName', 128),
  },
];
