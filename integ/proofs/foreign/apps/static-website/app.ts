import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3deploy from 'aws-cdk-lib/aws-s3-deployment';

/** A private bucket behind CloudFront. */
class WebsiteStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);
    const site = new s3.Bucket(this, 'Site', { removalPolicy: cdk.RemovalPolicy.DESTROY, autoDeleteObjects: true });
    const distribution = new cloudfront.Distribution(this, 'Distribution', {
      defaultBehavior: {
        origin: origins.S3BucketOrigin.withOriginAccessControl(site),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      },
      defaultRootObject: 'index.html',
    });
    new s3deploy.BucketDeployment(this, 'Deploy', {
      sources: [s3deploy.Source.asset(join(__dirname, 'site'))],
      destinationBucket: site,
      distribution,
      distributionPaths: ['/*'],
    });
    new cdk.CfnOutput(this, 'SiteName', { value: site.bucketName });
    new cdk.CfnOutput(this, 'Domain', { value: distribution.distributionDomainName });
  }
}

new WebsiteStack(new cdk.App(), 'StaticWebsite');
