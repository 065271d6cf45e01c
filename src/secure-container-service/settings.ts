import { Duration, Token } from 'aws-cdk-lib';
import { ContainerInsights, type Secret } from 'aws-cdk-lib/aws-ecs';
import { AccessLogs } from './access-logs';
import type { ContainerSettings } from './container-settings';
import type { ExposureVariant } from './exposure-variant';
import type { ImageVariant } from './image-variant';
import { LogDelivery } from './log-delivery';
import type { NetworkVariant } from './network-variant';
import { OpenTelemetry } from './open-telemetry';
import type { ServiceDeployment } from './service-deployment';
import type { ServiceLogs } from './service-logs';
import type { ServiceScaling } from './service-scaling';
import type { ServiceTelemetry } from './service-telemetry';

/** A container with all defaults. */
export interface SettledContainer {
  readonly port: number;
  readonly environment: Record<string, string>;
  readonly secrets: Record<string, Secret>;
  readonly command?: string[];
  readonly healthCheck: { readonly path: string; readonly command?: string[]; readonly interval: Duration; readonly startPeriod: Duration };
  readonly user: string;
  readonly writablePaths: readonly string[];
  readonly requestTimeout: Duration;
  readonly stopTimeout: Duration;
}

/** Scaling with all defaults. */
export interface SettledScaling extends Required<Omit<ServiceScaling, 'requestsPerTask'>> {
  /** Undefined where nothing counts requests for one target group. */
  readonly requestsPerTask?: number;
}

/** All props of a service with their defaults. */
export interface Settings {
  readonly image: ImageVariant;
  readonly exposure: ExposureVariant;
  readonly network: NetworkVariant;
  readonly container: SettledContainer;
  readonly scaling: SettledScaling;
  readonly deployment: ServiceDeployment;
  readonly telemetry: Required<ServiceTelemetry>;
  readonly logs: ServiceLogs;
}

export function settledContainer(container: ContainerSettings = {}): SettledContainer {
  const { healthCheck = {}, command } = container;
  return {
    port: container.port ?? 8080,
    environment: container.environment ?? {},
    secrets: container.secrets ?? {},
    command,
    healthCheck: {
      path: healthCheck.path ?? '/health',
      command: healthCheck.command,
      interval: healthCheck.interval ?? Duration.seconds(10),
      startPeriod: healthCheck.startPeriod ?? Duration.seconds(30),
    },
    user: container.user ?? '1000',
    writablePaths: ['/tmp', ...(container.writablePaths ?? [])],
    requestTimeout: container.requestTimeout ?? Duration.seconds(20),
    stopTimeout: container.stopTimeout ?? Duration.seconds(30),
  };
}

/** @param countsRequests whether there is a load balancer, and one target group only */
export function settledScaling(scaling: ServiceScaling = {}, countsRequests: boolean): SettledScaling {
  const {
    minTasks = 2,
    maxTasks = Token.isUnresolved(minTasks) ? 10 : Math.max(10, minTasks),
    cpuPercent = 60,
    memoryPercent = 75,
    requestsPerTask,
  } = scaling;
  return { minTasks, maxTasks, cpuPercent, memoryPercent, requestsPerTask: requestsPerTask ?? (countsRequests ? 3_000 : undefined) };
}

export function settledTelemetry(telemetry: ServiceTelemetry = {}): Required<ServiceTelemetry> {
  return {
    logDelivery: telemetry.logDelivery ?? LogDelivery.nonBlocking(),
    accessLogs: telemetry.accessLogs ?? AccessLogs.logGroup(),
    containerInsights: telemetry.containerInsights ?? ContainerInsights.DISABLED,
    openTelemetry: telemetry.openTelemetry ?? OpenTelemetry.none(),
  };
}
