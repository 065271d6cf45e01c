import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';

/** A folder of pages that a deployment copies into a bucket. */
class PagesStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);
    const pages = new s3.Bucket(this, 'Pages', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      removalPolicy: cdk.RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    new BucketDeployment(this, 'Deploy', {
      sources: [Source.asset(join(__dirname, 'pages')), Source.jsonData('settings.json', { bucket: pages.bucketName, version: 3 })],
      destinationBucket: pages,
      destinationKeyPrefix: 'site',
    });
    new cdk.CfnOutput(this, 'BucketName', { value: pages.bucketName });
  }
}

new PagesStack(new cdk.App(), 'BucketDeployment');
