import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { type LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { limitLogPolicies } from '../core/private/limits';
import { createLogGroup, plainArn } from '../core/private/log-group';
import type { Logged } from '../core/private/retained';
import { endOfStackId, uniqueName } from '../core/private/unique-name';
import { type Firewall, rateFor } from './firewall';

/** In this order: rules that are cheap and certain come first. */
const MANAGED = ['AWSManagedRulesAmazonIpReputationList', 'AWSManagedRulesKnownBadInputsRuleSet', 'AWSManagedRulesSQLiRuleSet'];

export interface WebAclProps extends Logged {
  readonly stage: Stage;
  readonly firewall: Firewall;
  /** Requests per second of the largest tier. */
  readonly largestRate: number;
}

/** Creates the web ACL of a stage and associates it. */
export class WebAcl extends Construct {
  /** Undefined if the web ACL is created elsewhere. */
  public readonly logGroup?: LogGroup;
  /** Dimension of its metrics; undefined if the web ACL is created elsewhere. */
  public readonly webAclName?: string;

  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const { stage, firewall } = props;
    let webAclArn = firewall._webAclArn ?? '';
    if (firewall._mode !== 'external') {
      this.webAclName = uniqueName(this, 128);
      const acl = this.createAcl(props, this.webAclName);
      webAclArn = acl.attrArn;
      this.logGroup = this.createLog(props, webAclArn);
    }
    new CfnWebACLAssociation(this, 'Association', { webAclArn, resourceArn: stage.stageArn });
  }

  private createAcl({ firewall, largestRate }: WebAclProps, name: string): CfnWebACL {
    const blocks = firewall._mode === 'block';
    // Documented: RedactedFields has no impact on request sampling. Samples would show tokens to everyone who may view the web ACL; the log
    // has the redacted requests.
    const visible = (metricName: string) => ({ cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName });
    return new CfnWebACL(this, 'Acl', {
      name,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visible(name),
      rules: [
        {
          name: 'RatePerAddress',
          priority: 0,
          action: blocks ? { block: {} } : { count: {} },
          visibilityConfig: visible('RatePerAddress'),
          statement: {
            rateBasedStatement: {
              aggregateKeyType: 'IP',
              evaluationWindowSec: 300,
              limit: firewall._requestsPerAddress ?? rateFor(largestRate),
            },
          },
        },
        ...MANAGED.map((group, position) => ({
          name: group,
          priority: position + 1,
          overrideAction: blocks ? { none: {} } : { count: {} },
          visibilityConfig: visible(group),
          statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: group } },
        })),
      ],
    });
  }

  /**
   * Documented: "Sending web ACL traffic logs to a CloudWatch Logs log group": the name must have this prefix. It ends with a part of the
   * stack's id, so that the retained log of a deleted stack does not conflict with a new one.
   */
  private createLog({ encryptionKey, removalPolicy, logRetention }: WebAclProps, webAclArn: string): LogGroup {
    const logGroup = createLogGroup(this, 'Logs', {
      logGroupName: `aws-waf-logs-${uniqueName(this, 200)}-${endOfStackId(this)}`,
      logRetention,
      standardRetention: RetentionDays.ONE_MONTH,
      encryptionKey,
      removalPolicy,
    });
    limitLogPolicies(this);
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: webAclArn,
      logDestinationConfigs: [plainArn(logGroup)],
      redactedFields: [{ singleHeader: { Name: 'authorization' } }, { singleHeader: { Name: 'cookie' } }],
    });
    return logGroup;
  }
}
