import { eachOf } from '../../kit/each-of';
import type { RunningTenants } from '../../systems/tenants/start';
import { compare } from './compare';
import type { Run } from './figures';
import { Findings } from './findings';
import { Messages } from './messages';
import { Model } from './model';
import { createOperator } from './operate';
import { type Act, type Plan, sequencePairs } from './plan';
import { ServiceActs } from './services';
import { UserActs } from './users';

/** How many users are created at a time. */
const WIDTH = 4;

/** Runs a sequence on a platform that runs no other one, and compares everything that it sees with the model. */
export async function runPlan(platform: RunningTenants, plan: Plan): Promise<Run> {
  const { tenants, users, seed, steps } = plan;
  const findings = new Findings(seed, platform.sandbox.clock.now);
  const model = new Model();
  const messages = new Messages(platform, model, findings, `message-${seed}`);
  const userActs = new UserActs(platform, model, findings, messages);
  const serviceActs = new ServiceActs(platform, model, findings, messages);
  platform.service.restart();
  const subs = new Map<string, string>();
  await eachOf(users, WIDTH, async (user) => void subs.set(user, await platform.users.create(user)));
  const operator = createOperator(platform, model, findings, (user) => subs.get(user) ?? '');

  const act = async (one: Act): Promise<void> => {
    switch (one.kind) {
      case 'read':
        return userActs.read(one.tenant, one.token);
      case 'write':
        return userActs.write(one.tenant, one.token);
      case 'repeat':
        return userActs.write(one.tenant, 'latest', messages.lastOf(one.tenant));
      case 'sign-in':
        return userActs.signIn(one.user);
      case 'refresh':
        return userActs.refresh(one.user);
      case 'session':
        return one.credentials === 'service' ? serviceActs.useOwn(one.tenant) : serviceActs.useFirst(one.tenant);
      case 'hold':
        return platform.hold();
      case 'release':
        return platform.release();
      case 'wait':
        return platform.advance(one.milliseconds);
    }
  };
  for (const step of steps) {
    const left = await operator.run(step);
    if (!step.repeatsLate) await operator.repeat(left);
    await messages.noteDepartures(tenants);
    for (const one of step.acts) await act(one);
    if (step.repeatsLate) await operator.repeat(left);
    await messages.noteDepartures(tenants);
  }
  platform.release();
  await platform.drained();
  await messages.check(tenants);
  await compare(platform, model, findings, tenants, subs);
  return { ...findings.figures, pairs: sequencePairs(plan), findings: findings.lines };
}
