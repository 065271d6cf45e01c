import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../../sandbox';

/** What an operator does with a pipe, through the API of EventBridge Pipes. */
export interface Operator {
  stopPipe(): Promise<void>;
  startPipe(): Promise<void>;
}

export function createOperator({ endpoint, assembly }: Sandbox, pipeName: string): Operator {
  const path = `/v1/pipes/${pipeName}`;
  async function call(method: 'GET' | 'POST', url: string): Promise<{ readonly CurrentState: string }> {
    const { status, body } = await endpoint.call({
      ...{ service: 'pipes', method, url, region: assembly.region, credentials: endpoint.administrator() },
      ...{ headers: { 'content-type': 'application/json' }, body: Buffer.from('{}') },
    });
    if (status !== 200) throw new Error(`${method} ${url}: ${body}`);
    return JSON.parse(body.toString()) as { CurrentState: string };
  }
  async function change(action: 'start' | 'stop', state: 'RUNNING' | 'STOPPED'): Promise<void> {
    await call('POST', `${path}/${action}`);
    while ((await call('GET', path)).CurrentState !== state) await pause(50);
  }
  return { stopPipe: () => change('stop', 'STOPPED'), startPipe: () => change('start', 'RUNNING') };
}
