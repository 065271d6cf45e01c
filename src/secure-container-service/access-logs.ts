import type { CfnResource } from 'aws-cdk-lib';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CfnDelivery, CfnDeliveryDestination, CfnDeliverySource, type LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { plainArn } from '../core/private/log-group';
import { checkReason } from '../core/private/reason';
import { acknowledge, REGULATED } from '../core/private/rule-packs';
import { uniqueName } from '../core/private/unique-name';
import { createServiceLog, type ServiceLogs } from './service-logs';

type Attach = (scope: Construct, loadBalancer: ApplicationLoadBalancer, logs: ServiceLogs) => LogGroup | undefined;

/** Documented: "PutDeliverySource" and "PutDeliveryDestination", name. */
const MOST_CHARACTERS = 60;

/** Where the access log of a load balancer goes: a line for each request. */
export class AccessLogs {
  /**
   * A log group, seconds after the request: for queries with CloudWatch Logs Insights and for alarms. CloudWatch Logs charges for each
   * gigabyte, more than S3 does.
   */
  public static logGroup(): AccessLogs {
    return new AccessLogs(deliverToLogGroup);
  }

  /**
   * A bucket, as compressed files every five minutes: the cheapest way to keep the lines of many requests. Elastic Load Balancing encrypts
   * them with S3's own key (SSE-S3) and no other.
   *
   * @param bucket a bucket in the service's Region that uses SSE-S3
   * @param prefix folder in the bucket
   */
  public static bucket(bucket: IBucket, prefix?: string): AccessLogs {
    return new AccessLogs((_, loadBalancer) => {
      loadBalancer.logAccessLogs(bucket, prefix);
      return undefined;
    });
  }

  /**
   * No access log.
   *
   * @param reason why requests need not be logged here, for the report of rule packs
   * @throws when the reason is empty
   */
  public static none(reason: string): AccessLogs {
    checkReason('AccessLogs', reason);
    return new AccessLogs((_, loadBalancer) => {
      acknowledgeNoBucket(loadBalancer, reason);
      return undefined;
    });
  }

  private constructor(
    /** @internal */
    public readonly _attach: Attach,
  ) {}
}

/** Documented: "CloudWatch logs for your Application Load Balancer", and the log types of "PutDeliverySource". The CDK has no L2 for it. */
function deliverToLogGroup(scope: Construct, loadBalancer: ApplicationLoadBalancer, logs: ServiceLogs): LogGroup {
  const logGroup = createServiceLog(scope, 'AccessLogs', logs, {
    named: (name) => `/aws/elasticloadbalancing/${name}/access`,
    standardRetention: RetentionDays.THREE_MONTHS,
  });
  const physicalName = uniqueName(scope, MOST_CHARACTERS);
  const source = new CfnDeliverySource(scope, 'AccessLogSource', {
    name: physicalName,
    logType: 'ALB_ACCESS_LOGS',
    resourceArn: loadBalancer.loadBalancerArn,
  });
  const destination = new CfnDeliveryDestination(scope, 'AccessLogDestination', {
    name: physicalName,
    deliveryDestinationType: 'CWL',
    outputFormat: 'json',
    destinationResourceArn: plainArn(logGroup),
  });
  const delivery = new CfnDelivery(scope, 'AccessLogDelivery', {
    deliverySourceName: source.name,
    deliveryDestinationArn: destination.attrArn,
  });
  // It names the source, so that CloudFormation does not know of the dependency.
  delivery.addResourceDependency(source as CfnResource);
  acknowledgeNoBucket(
    loadBalancer,
    'The access log goes to a log group, by a delivery source of CloudWatch Logs. The rule looks for a bucket only (cdk-nag#2365).',
  );
  return logGroup;
}

function acknowledgeNoBucket(loadBalancer: ApplicationLoadBalancer, reason: string): void {
  acknowledge(loadBalancer, ['AwsSolutions'], 'ELB2', reason);
  acknowledge(loadBalancer, REGULATED, 'ELBLoggingEnabled', reason);
}
