import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { type AboveProps, AlarmSet } from '../core/private/alarm';
import { invalid } from '../core/private/base/invalid';
import type { ISecureContainerService } from './secure-container-service-interface';
import { SecureContainerServiceMetrics } from './secure-container-service-metrics';

type AlarmName = 'Latency' | 'ServerErrorShare' | 'UnhealthyTasks' | 'CpuUtilization' | 'MemoryUtilization' | 'FailedDeployments';

/** The recommended alarms of a container service. Each is created on first use, and only once. */
export class SecureContainerServiceAlarms {
  /**
   * Alarms of a service.
   *
   * @param service a SecureContainerService, created here or imported
   */
  public static fromSecureContainerService(service: ISecureContainerService): SecureContainerServiceAlarms {
    return new SecureContainerServiceAlarms(service);
  }

  /** All recommendations, with the reason for each threshold. Those of requests are missing for a service without a load balancer. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(private readonly service: ISecureContainerService) {
    const metrics = SecureContainerServiceMetrics.fromSecureContainerService(service);
    this.alarms = new AlarmSet<AlarmName>(service as unknown as ConstructorParameters<typeof AlarmSet>[0], 'secure-container-service', {
      ...(service.loadBalancer === undefined ? {} : requestAlarms(metrics)),
      ...(service.targetGroupFullNames.length === 0 ? {} : unhealthyAlarm(metrics)),
      ...taskAlarms(metrics),
      ...(service.failedDeploymentsRuleName === undefined ? {} : deploymentAlarm(metrics)),
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when 5 % of the requests take longer than 120 ms. */
  public latency(overrides?: AlarmOverrides): Alarm {
    return this.create('Latency', overrides);
  }

  /** Alarms when more than 1 % of the requests fail. */
  public serverErrorShare(overrides?: AlarmOverrides): Alarm {
    return this.create('ServerErrorShare', overrides);
  }

  /** Alarms when tasks fail their health check. */
  public unhealthyTasks(overrides?: AlarmOverrides): Alarm {
    return this.create('UnhealthyTasks', overrides);
  }

  /** Alarms when the tasks use more than 85 % of their CPU. */
  public cpuUtilization(overrides?: AlarmOverrides): Alarm {
    return this.create('CpuUtilization', overrides);
  }

  /** Alarms when the tasks use more than 90 % of their memory. */
  public memoryUtilization(overrides?: AlarmOverrides): Alarm {
    return this.create('MemoryUtilization', overrides);
  }

  /** Alarms when a deployment failed. */
  public failedDeployments(overrides?: AlarmOverrides): Alarm {
    return this.create('FailedDeployments', overrides);
  }

  /** Creates all of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }

  private create(name: AlarmName, overrides?: AlarmOverrides): Alarm {
    const alarm = this.alarms.find(name);
    if (alarm === undefined) invalid(this.service, `alarm ${name}`, undefined, 'a service that has its metric: see recommendedAlarms');
    return alarm.create(overrides);
  }
}

function requestAlarms(metrics: SecureContainerServiceMetrics): Partial<Record<AlarmName, AboveProps>> {
  return {
    Latency: {
      severity: AlarmSeverity.WARNING,
      metric: metrics.metricLatency(),
      threshold: 0.12,
      evaluationPeriods: 3,
      reason: 'For three minutes, 5 % of the requests have taken longer than 120 ms, the time in which an interactive path should answer.',
      // Tasks that are missing or fail also slow down the rest.
      symptomOf: ['ServerErrorShare'],
    },
    ServerErrorShare: {
      severity: AlarmSeverity.CRITICAL,
      metric: metrics.metricServerErrorShare(),
      threshold: 1,
      evaluationPeriods: 3,
      reason:
        'For three minutes, more than 1 % of the requests have failed. A single task that is lost fails the requests of one moment only.',
    },
  };
}

function unhealthyAlarm(metrics: SecureContainerServiceMetrics): Partial<Record<AlarmName, AboveProps>> {
  return {
    UnhealthyTasks: {
      severity: AlarmSeverity.WARNING,
      metric: metrics.metricUnhealthyTasks(),
      threshold: 0,
      evaluationPeriods: 5,
      reason: 'For five minutes, tasks have failed their health check. ECS replaces a task sooner, so new tasks fail, too.',
      // Requests fail because of the same tasks, and sooner.
      symptomOf: ['ServerErrorShare'],
    },
  };
}

function taskAlarms(metrics: SecureContainerServiceMetrics): Partial<Record<AlarmName, AboveProps>> {
  return {
    CpuUtilization: {
      severity: AlarmSeverity.WARNING,
      metric: metrics.metricCpuUtilization(),
      threshold: 85,
      evaluationPeriods: 10,
      reason:
        'For ten minutes, tasks have used more than 85 % of their CPU. Scaling would have added tasks: it is at its maximum, or tasks do not start.',
      // Too much load for the tasks is first seen by those who wait.
      symptomOf: ['ServerErrorShare', 'Latency'],
    },
    MemoryUtilization: {
      severity: AlarmSeverity.WARNING,
      metric: metrics.metricMemoryUtilization(),
      threshold: 90,
      evaluationPeriods: 5,
      reason:
        'For five minutes, tasks have used more than 90 % of their memory. At 100 %, they are killed and lose the requests in progress.',
    },
  };
}

function deploymentAlarm(metrics: SecureContainerServiceMetrics): Partial<Record<AlarmName, AboveProps>> {
  return {
    FailedDeployments: {
      severity: AlarmSeverity.WARNING,
      metric: metrics.metricFailedDeployments(),
      threshold: 0,
      evaluationPeriods: 1,
      reason: 'A deployment failed and was rolled back: the version before it is running. The event log has the reason.',
    },
  };
}
