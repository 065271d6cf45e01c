import type { Sandbox } from '../sandbox';

/** What an SDK client of the administrator needs: `new SQSClient(sdkSettings(sandbox))`. */
export function sdkSettings({ endpoint, assembly }: Pick<Sandbox, 'endpoint' | 'assembly'>) {
  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  return { endpoint: endpoint.url, region: assembly.region, credentials: { accessKeyId, secretAccessKey } };
}
