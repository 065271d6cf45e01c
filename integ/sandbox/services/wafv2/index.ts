import { settled } from '../../assembly/properties';
import type { WebAcls } from '../../contracts';
import { sayOnce } from '../../process/once';
import type { ServiceModule } from '../../service-module';
import { createInspect } from './inspect';
import { loadFirewalls } from './load';
import { wafTypes } from './resource-types';

/** Web ACLs, as far as their rules are known: asked by what stands behind them. */
export const wafv2: ServiceModule = {
  types: wafTypes,
  late: wafTypes.map(({ type }) => type),
  unsupported: (assembly) => settled(() => loadFirewalls(assembly).problems),
  start({ assembly, offer, report, leaveOut }) {
    const once = sayOnce(report);
    let webAcls: WebAcls | undefined;
    const load = () => {
      const { acls, problems, notEvaluated } = loadFirewalls(assembly);
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
      // What a custom resource says is known by now.
      async ready() {
        loaded();
      },
    };
  },
};
