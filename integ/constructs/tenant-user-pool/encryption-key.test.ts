import { Key } from 'aws-cdk-lib/aws-kms';
import { Tenancy, TenantDirectory, TenantUserPool, Tier } from '../../../src';
import { startStack } from '../fixtures/start-stack';

// `encryptionKey` as the template says it: the pool is served with it, and the coverage says what of the key has no effect here.
test('a pool with a customer managed key starts in a strict sandbox, which lists the key as not evaluated', async () => {
  const { sandbox, close } = await startStack('Users', (stack) => {
    const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
    const directory = new TenantDirectory(stack, 'Directory', { tenancy });
    const encryptionKey = new Key(stack, 'Key');
    new TenantUserPool(stack, 'Users', { directory, callbackUrls: ['https://schools.example/signed-in'], encryptionKey });
  });
  try {
    const entry = sandbox.coverage.entries.find(({ resource }) => resource.type === 'AWS::Cognito::UserPool');
    expect(entry?.resource.properties.KeyConfiguration).toMatchObject({ KeyType: 'CUSTOMER_MANAGED_KEY' });
    const listed = entry?.exceptions.filter(({ property }) => property.startsWith('KeyConfiguration'));
    expect(listed).toEqual(
      ['KeyType', 'KmsKeyArn'].map((name) => ({
        property: `KeyConfiguration.${name}`,
        support: 'AWS only',
        reason: expect.stringContaining('not evaluated'),
      })),
    );
  } finally {
    await close();
  }
});
