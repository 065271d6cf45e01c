import type { Identity, TypeKnowledge } from '../contracts';
import { members } from '../knowledge';

const MESSAGES = 'needs AWS: no mail and no text message is sent from here';
const NO_RISK = 'needs AWS: threat protection is not imitated';
const NO_RECOVERY = 'asserted only: nobody forgets a password here';
const NO_DEVICES = 'needs AWS: devices are not remembered here';
const TAGS = 'asserted only: nothing here reads its tags';
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
      ...members('Schema', 'run', ['AttributeDataType', 'DeveloperOnlyAttribute', 'Mutable', 'Name', 'Required']),
      ...members('Schema.StringAttributeConstraints', 'run', ['MaxLength', 'MinLength']),
      ...members('Schema.NumberAttributeConstraints', 'run', ['MaxValue', 'MinValue']),
      ...members('Policies.PasswordPolicy', 'run', [
        'MinimumLength',
        'PasswordHistorySize',
        'RequireLowercase',
        'RequireNumbers',
        'RequireSymbols',
        'RequireUppercase',
        'TemporaryPasswordValidityDays',
      ]),
      'AdminCreateUserConfig.AllowAdminCreateUserOnly': 'run',
      ...members('AdminCreateUserConfig.InviteMessageTemplate', MESSAGES, ['EmailMessage', 'EmailSubject', 'SMSMessage']),
      'AdminCreateUserConfig.UnusedAccountValidityDays': 'asserted only: temporary passwords do not end here',
      UsernameAttributes: 'run',
      AliasAttributes: 'run',
      'UsernameConfiguration.CaseSensitive': 'run',
      AutoVerifiedAttributes: 'run',
      MfaConfiguration: 'run',
      EnabledMfas: 'asserted only: nobody has a second factor unless it is set by a call',
      'LambdaConfig.PreTokenGenerationConfig.LambdaArn': 'run',
      'LambdaConfig.PreTokenGenerationConfig.LambdaVersion': 'run',
      'LambdaConfig.PreTokenGeneration': 'asserted only: the configuration beside it says the version',
      UserPoolTier: 'run',
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
      ...members('UserAttributeUpdateSettings', MESSAGES, ['AttributesRequireVerificationBeforeUpdate']),
      ...members('UserPoolAddOns', NO_RISK, ['AdvancedSecurityMode']),
      UserPoolTags: TAGS,
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
      ...members('RefreshTokenRotation', 'needs AWS: a refresh token stays good here until it ends', [
        'Feature',
        'RetryGracePeriodSeconds',
      ]),
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
    reason: 'its paths are served on a port of this machine, whatever its name',
    properties: {
      UserPoolId: 'run',
      Domain: 'run',
      ...members('CustomDomainConfig', 'needs AWS: a certificate and DNS', ['CertificateArn']),
      ManagedLoginVersion: APPEARANCE,
    },
    ref: (of) => String(of.property('Domain') ?? of.token(10)),
    attributes: { CloudFrontDistribution: (of) => `d${of.token(13)}.cloudfront.net` },
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
