import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { Key } from 'aws-cdk-lib/aws-kms';
import { loadAssembly } from '../../assembly/index';
import type { JsonObject } from '../../contracts';
import { claimsOf, Unrecognizable } from './claims';
import { problemsOf } from './problems';
import { cognitoTypes } from './resource-types';

const folder = mkdtempSync(join(tmpdir(), 'users-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function problems(build: (stack: Stack) => void): string[] {
  const outdir = mkdtempSync(join(folder, 'cdk-'));
  const app = new App({ outdir, analyticsReporting: false, treeMetadata: false });
  build(new Stack(app, 'S'));
  app.synth();
  return problemsOf(loadAssembly(outdir, cognitoTypes));
}
const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:f';

describe('unsupported settings are reported', () => {
  test.each<[string, cognito.CfnUserPoolProps, string]>([
    [
      'a trigger of the first version',
      { lambdaConfig: { preTokenGeneration: FUNCTION } },
      'LambdaConfig with a pre-token trigger of version V1_0 is not supported: use V2_0; the pool issues no tokens otherwise',
    ],
    [
      'a trigger of the third version',
      { lambdaConfig: { preTokenGenerationConfig: { lambdaArn: FUNCTION, lambdaVersion: 'V3_0' } } },
      'LambdaConfig with a pre-token trigger of version V3_0 is not supported: use V2_0; the pool issues no tokens otherwise',
    ],
    [
      'a trigger that the feature plan does not have',
      { userPoolTier: 'LITE', lambdaConfig: { preTokenGenerationConfig: { lambdaArn: FUNCTION, lambdaVersion: 'V2_0' } } },
      'UserPoolTier LITE has no pre-token trigger of version V2_0',
    ],
    ['required MFA', { mfaConfiguration: 'ON' }, 'MfaConfiguration ON is not supported: the sandbox has no multi-factor authentication'],
    [
      'a key type that does not exist',
      { keyConfiguration: { keyType: 'OWN_KEY' } },
      'KeyConfiguration.KeyType OWN_KEY is invalid: expected AWS_OWNED_KEY or CUSTOMER_MANAGED_KEY',
    ],
    [
      'the id of a key',
      { keyConfiguration: { keyType: 'CUSTOMER_MANAGED_KEY', kmsKeyArn: '1234abcd-12ab-34cd-56ef-1234567890ab' } },
      'KeyConfiguration.KmsKeyArn 1234abcd-12ab-34cd-56ef-1234567890ab is not an ARN',
    ],
    [
      'developer-only attributes',
      { schema: [{ name: 'a', developerOnlyAttribute: true }] },
      'Schema.DeveloperOnlyAttribute is not supported',
    ],
  ])('%s', (_, properties, problem) => {
    expect(problems((stack) => new cognito.CfnUserPool(stack, 'Pool', properties))).toEqual([`AWS::Cognito::UserPool.${problem} (S.Pool)`]);
  });

  test.each<[string, Omit<cognito.CfnUserPoolClientProps, 'userPoolId'>, string]>([
    ['the implicit flow', { allowedOAuthFlows: ['implicit', 'code'] }, 'AllowedOAuthFlows implicit is not supported'],
    [
      'other identity providers',
      { supportedIdentityProviders: ['COGNITO', 'Google'] },
      'SupportedIdentityProviders Google is not supported: it can only be COGNITO',
    ],
    ['flows with other triggers', { explicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] }, 'ExplicitAuthFlows ALLOW_CUSTOM_AUTH is not supported'],
  ])('%s', (_, properties, problem) => {
    const found = problems((stack) => {
      const pool = new cognito.CfnUserPool(stack, 'Pool');
      new cognito.CfnUserPoolClient(stack, 'Client', { userPoolId: pool.ref, ...properties });
    });
    expect(found).toEqual([`AWS::Cognito::UserPoolClient.${problem} (S.Client)`]);
  });

  test('a client or a group of a pool outside the assembly', () => {
    const found = problems((stack) => {
      new cognito.CfnUserPoolClient(stack, 'Client', { userPoolId: 'us-east-1_elsewhere' });
      new cognito.CfnUserPoolGroup(stack, 'Group', { userPoolId: 'us-east-1_elsewhere' });
    });
    expect(found).toEqual([
      'AWS::Cognito::UserPoolClient.UserPoolId is not a user pool of this assembly, so the resource is left out (S.Client)',
      'AWS::Cognito::UserPoolGroup.UserPoolId is not a user pool of this assembly, so the resource is left out (S.Group)',
    ]);
  });

  test('a pool with supported settings has no problems', () => {
    const found = problems((stack) => {
      const pool = new cognito.CfnUserPool(stack, 'Pool', {
        mfaConfiguration: 'OPTIONAL',
        keyConfiguration: { keyType: 'CUSTOMER_MANAGED_KEY', kmsKeyArn: new Key(stack, 'Key').keyArn },
        lambdaConfig: { preTokenGeneration: FUNCTION, preTokenGenerationConfig: { lambdaArn: FUNCTION, lambdaVersion: 'V2_0' } },
      });
      new cognito.CfnUserPoolClient(stack, 'Client', {
        userPoolId: pool.ref,
        allowedOAuthFlows: ['code', 'client_credentials'],
        explicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        supportedIdentityProviders: ['COGNITO'],
      });
    });
    expect(found).toEqual([]);
  });
});

describe('the response of a trigger', () => {
  test.each([
    [null],
    ['yes'],
    [[]],
    [{}],
    [{ response: null }],
    [{ response: 'x' }],
    [{ response: { claimsAndScopeOverrideDetails: 'x' } }],
    [{ response: { claimsAndScopeOverrideDetails: { accessTokenGeneration: [] } } }],
    [{ response: { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: [] } } } }],
    [{ response: { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToSuppress: 'sub' } } } }],
    [{ response: { claimsAndScopeOverrideDetails: { idTokenGeneration: { scopesToAdd: [1] } } } }],
    [{ response: { claimsAndScopeOverrideDetails: { groupOverrideDetails: { groupsToOverride: 'all' } } } }],
  ])('%j is not one', (payload) => {
    expect(() => claimsOf(payload)).toThrow(Unrecognizable);
  });

  test('may be empty', () => {
    const nothing = { claimsToAddOrOverride: {}, claimsToSuppress: [], scopesToAdd: [], scopesToSuppress: [], groupOverrideDetails: {} };
    const response = { claimsAndScopeOverrideDetails: { idTokenGeneration: nothing, accessTokenGeneration: nothing } };
    const answers: JsonObject[] = [
      {},
      { claimsAndScopeOverrideDetails: null },
      { claimsAndScopeOverrideDetails: { idTokenGeneration: null } },
    ];
    for (const given of answers) {
      expect(claimsOf({ response: given })).toEqual({ response });
    }
  });
});
