import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { AuditTrail, type AuditTrailAttributes, AuditTrailGrants, type AuditTrailProps } from '../../../src';
import { auditTrail } from '../../audit-trail/fixtures';
import { all, type Case, define, lacks, noKeyUse } from './case';

/** By the name of the interface. */
export const TRAIL: Readonly<Record<string, Case>> = {
  AuditTrailProps: define<AuditTrailProps>({
    create: (stack, props) => auditTrail(stack, props),
    described: {
      regions: (stack) => {
        const [{ TableInput }] = all(stack, 'AWS::Glue::Table');
        expect(JSON.stringify(TableInput)).toContain('",us-east-1"');
      },
      name: (stack) => {
        lacks('AWS::S3::Bucket', 'BucketName')(stack);
        expect(all(stack, 'AWS::CloudTrail::Trail')).toEqual([
          expect.objectContaining({ TrailName: expect.stringMatching(/^Test-AuditTrail-/) }),
        ]);
      },
    },
  }),
  AuditTrailAttributes: define<AuditTrailAttributes>({
    create: (stack, attributes) => {
      const trail = AuditTrail.fromAuditTrailAttributes(stack, 'Trail', {
        trailName: 'luca-audit',
        bucketArn: 'arn:aws:s3:::events',
        resultsBucketArn: 'arn:aws:s3:::results',
        databaseName: 'luca_audit',
        workgroupName: 'luca-audit',
        ...attributes,
      });
      AuditTrailGrants.fromAuditTrail(trail).query(new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
    },
    described: { encryptionKey: noKeyUse },
  }),
};
