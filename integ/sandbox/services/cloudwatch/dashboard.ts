import { propertiesOf } from '../../assembly/properties';
import type { Assembly, Resource } from '../../contracts';

/** @throws if the body is not JSON, which PutDashboard rejects */
export function readDashboard(assembly: Assembly, resource: Resource): { readonly name: string; readonly body: string } {
  const dashboard = propertiesOf(assembly, resource);
  const body = dashboard.required('DashboardBody');
  dashboard.attempt('DashboardBody', () => JSON.parse(body));
  return { name: assembly.ref(resource), body };
}
