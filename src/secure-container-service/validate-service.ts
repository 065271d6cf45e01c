import { Duration, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isWholeBetween, wholeBetween } from '../core/private/duration-range';
import { checkName } from '../core/private/log-name';
import { Problems } from '../core/private/problems';
import type { Settings, SettledContainer, SettledScaling } from './settings';

/** Documented: "Task definition parameters for Amazon ECS on Fargate", stopTimeout. */
const LONGEST_STOP = Duration.seconds(120);
/** Documented: "Health checks for Application Load Balancer target groups", and healthCheck of a container. */
const INTERVAL = { least: Duration.seconds(5), most: Duration.seconds(300) };

/** Reports all that ECS and Elastic Load Balancing would reject during the deployment, and settings with which requests would be lost. */
export function validateService(scope: IConstruct, settings: Settings): void {
  const problems = new Problems(scope);
  checkName(problems, settings.logs.name);
  checkContainer(problems, settings.container);
  checkTimes(problems, settings.container);
  checkScaling(problems, settings.scaling);
  settings.exposure.check(scope, problems);
  checkDeployment(problems, settings);
}

function checkContainer(problems: Problems, { port, environment, secrets, user, writablePaths, healthCheck }: SettledContainer): void {
  if (!Token.isUnresolved(port) && (!Number.isInteger(port) || port < 1_024 || port > 65_535)) {
    problems.add('container.port', port, 'a whole number from 1024 to 65535: a container without capabilities cannot listen below');
  }
  for (const name of [...Object.keys(environment), ...Object.keys(secrets)]) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) problems.add('container.environment', name, 'names of letters, digits and _');
    if (name === 'PORT') problems.add('container.environment', name, 'other names: PORT is the value of container.port');
  }
  const twice = Object.keys(environment).find((name) => name in secrets);
  if (twice !== undefined) problems.add('container.secrets', twice, 'names that container.environment does not have');
  if (!Token.isUnresolved(user) && !/^[1-9]\d*(:\d+)?$/.test(user)) {
    problems.add('container.user', user, "the number of a user that is not root: '1000' or '1000:1000'");
  }
  const isFolder = (path: string) => /^(\/[\w.-]+)+$/.test(path) && !path.split('/').includes('..');
  for (const path of writablePaths) if (!isFolder(path)) problems.add('container.writablePaths', path, "absolute paths: '/var/cache/app'");
  if (new Set(writablePaths).size < writablePaths.length) {
    problems.add('container.writablePaths', writablePaths.slice(1), 'each folder once, and without /tmp, which is always writable');
  }
  if (!Token.isUnresolved(healthCheck.path) && !/^\/[\x21-\x7e]*$/.test(healthCheck.path)) {
    problems.add('container.healthCheck.path', healthCheck.path, "a path that begins with /: '/health'");
  }
  if (healthCheck.command !== undefined && !['CMD', 'CMD-SHELL'].includes(healthCheck.command[0])) {
    problems.add('container.healthCheck.command', healthCheck.command, "a command that begins with 'CMD' or 'CMD-SHELL'");
  }
}

/**
 * A task that is to stop is first taken out of its target group, which takes as long as its requests may last, and gets SIGTERM meanwhile. It must not
 * be killed before the load balancer has stopped waiting for its requests.
 */
function checkTimes(problems: Problems, { requestTimeout, stopTimeout, healthCheck }: SettledContainer): void {
  const check = (property: string, value: Duration, least: Duration, most: Duration): boolean => {
    const isRight = isWholeBetween(value, 'seconds', least, most);
    if (!isRight) problems.add(property, value, wholeBetween(value, 'seconds', least, most));
    return isRight && !value.isUnresolved();
  };
  const isStopKnown = check('container.stopTimeout', stopTimeout, Duration.seconds(2), LONGEST_STOP);
  const isRequestKnown = check('container.requestTimeout', requestTimeout, Duration.seconds(1), LONGEST_STOP);
  check('container.healthCheck.interval', healthCheck.interval, INTERVAL.least, INTERVAL.most);
  check('container.healthCheck.startPeriod', healthCheck.startPeriod, Duration.seconds(0), Duration.seconds(300));
  if (!isStopKnown || !isRequestKnown || requestTimeout.toSeconds() <= stopTimeout.toSeconds()) return;
  problems.add(
    'container.stopTimeout',
    stopTimeout,
    `at least container.requestTimeout (${requestTimeout}): the load balancer waits that long for requests of a task that stops, and a task that is killed before loses them`,
  );
}

function checkScaling(problems: Problems, { minTasks, maxTasks, cpuPercent, memoryPercent, requestsPerTask }: SettledScaling): void {
  const isWhole = (value: number, least: number, most: number) =>
    Token.isUnresolved(value) || (Number.isInteger(value) && value >= least && value <= most);
  if (!isWhole(minTasks, 1, 5_000)) problems.add('scaling.minTasks', minTasks, 'a whole number from 1 to 5000');
  if (!isWhole(maxTasks, Token.isUnresolved(minTasks) ? 1 : minTasks, 5_000)) {
    problems.add('scaling.maxTasks', maxTasks, `a whole number from scaling.minTasks (${minTasks}) to 5000`);
  }
  if (!isWhole(cpuPercent, 10, 90)) problems.add('scaling.cpuPercent', cpuPercent, 'a whole number from 10 to 90');
  if (!isWhole(memoryPercent, 10, 90)) problems.add('scaling.memoryPercent', memoryPercent, 'a whole number from 10 to 90');
  if (requestsPerTask !== undefined && !isWhole(requestsPerTask, 1, 1_000_000)) {
    problems.add('scaling.requestsPerTask', requestsPerTask, 'a whole number from 1 to 1000000, of requests per minute');
  }
}

function checkDeployment(problems: Problems, { exposure, deployment, scaling }: Settings): void {
  const isBlueGreen = deployment._bakeTime !== undefined;
  if (isBlueGreen && !exposure.isReachable) {
    problems.add('deployment', 'blueGreen', 'ServiceDeployment.rolling(): without a load balancer there is no traffic to shift');
  }
  if (scaling.requestsPerTask !== undefined && (isBlueGreen || !exposure.isReachable)) {
    problems.add('scaling.requestsPerTask', scaling.requestsPerTask, 'none: requests are counted for one target group of a load balancer');
  }
}
