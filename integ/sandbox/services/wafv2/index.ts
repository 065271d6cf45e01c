import { settled } from '../../assembly/properties';
import type { WebAcls } from '../../contracts';
import { reportOnce } from '../../process/once';
import type { ServiceModule } from '../../service-module';
import { createInspect } from './inspect';
import { loadWebAcls } from './load';
import { wafTypes } from './resource-types';

/** Web ACLs, which other services call to inspect requests. */
export const wafv2: ServiceModule = {
  types: wafTypes,
  late: wafTypes.map(({ type }) => type),
  unsupported: (assembly) => settled(() => loadWebAcls(assembly).problems),
  start({ assembly, offer, report, leaveOut }) {
    const once = reportOnce(report);
    let webAcls: WebAcls | undefined;
    const load = () => {
      const { acls, problems, notEvaluated } = loadWebAcls(assembly);
      for (const problem of problems) leaveOut(problem);
      for (const line of notEvaluated) report(line);
      const inspect = createInspect(acls, (acl, rule, kind, { method, path, sourceIp }) =>
        once([acl, rule, kind], `${acl}: the rule ${rule} ${kind}s ${method} ${path} from ${sourceIp}`),
      );
      return { inspect, protects: (arn: string) => acls.has(arn) };
    };
    const loaded = (): WebAcls => {
      webAcls ??= load();
      return webAcls;
    };
    offer('webAcls', {
      inspect: (...request) => loaded().inspect(...request),
      protects: (arn) => loaded().protects(arn),
    });
    return {
      // All custom resources have run by now.
      async ready() {
        loaded();
      },
    };
  },
};
