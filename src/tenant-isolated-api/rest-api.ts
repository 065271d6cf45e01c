import {
  AccessLogFormat,
  ApiKeySourceType,
  type CfnRestApi,
  EndpointType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { type LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { createLogGroup } from '../core/private/log-group';
import type { Logged } from '../core/private/retained';
import { uniqueName } from '../core/private/unique-name';
import { ACCESS_LOG_FORMAT } from './access-log-format';
import { acknowledgeStage } from './acknowledged-findings';

/** Default throttle quota of an account for all its APIs in a Region. Documented: "Amazon API Gateway quotas". */
const ACCOUNT_THROTTLE = { throttlingRateLimit: 10_000, throttlingBurstLimit: 5_000 };
/**
 * Documented: "Security policies for REST APIs": TLS 1.2 with forward secrecy, or 1.3. Strict mode rejects requests for another host name.
 */
const TLS = { securityPolicy: 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09', endpointAccessMode: 'STRICT' };
const MOST_CHARACTERS = 128;

export interface RestApiProps extends Logged {
  readonly name?: string;
  /** Whether the default endpoint is disabled, because the API has a custom domain. */
  readonly hasDomain: boolean;
}

/** Creates the API without routes, as the child `Api`, and its access log, as the child `AccessLogs`. */
export function createRestApi(scope: Construct, props: RestApiProps): { readonly restApi: RestApi; readonly accessLog: LogGroup } {
  const accessLog = createAccessLog(scope, props);
  const restApi = new RestApi(scope, 'Api', {
    // The name is the dimension of the metrics. The default is the construct's id, which all deployments of an app would share.
    restApiName: props.name ?? uniqueName(scope, MOST_CHARACTERS),
    description: `The API of ${scope.node.path}`,
    endpointConfiguration: { types: [EndpointType.REGIONAL] },
    apiKeySourceType: ApiKeySourceType.AUTHORIZER,
    // The role would apply to the whole account, and execution logs would contain tokens and bodies.
    cloudWatchRole: false,
    ...(props.hasDomain ? { disableExecuteApiEndpoint: true } : {}),
    deployOptions: {
      loggingLevel: MethodLoggingLevel.OFF,
      dataTraceEnabled: false,
      metricsEnabled: true,
      tracingEnabled: true,
      accessLogDestination: new LogGroupLogDestination(accessLog),
      accessLogFormat: AccessLogFormat.custom(ACCESS_LOG_FORMAT),
      ...ACCOUNT_THROTTLE,
    },
  });
  // The owner of the stack decides on its outputs.
  restApi.node.tryRemoveChild('Endpoint');
  const resource = restApi.node.defaultChild as CfnRestApi;
  resource.securityPolicy = TLS.securityPolicy;
  resource.endpointAccessMode = TLS.endpointAccessMode;
  acknowledgeStage(restApi.deploymentStage);
  return { restApi, accessLog };
}

function createAccessLog(scope: Construct, { name, encryptionKey, removalPolicy, logRetention }: RestApiProps): LogGroup {
  return createLogGroup(scope, 'AccessLogs', {
    logGroupName: name === undefined ? undefined : `/aws/apigateway/${name}/access`,
    logRetention,
    standardRetention: RetentionDays.THREE_MONTHS,
    encryptionKey,
    removalPolicy,
  });
}
