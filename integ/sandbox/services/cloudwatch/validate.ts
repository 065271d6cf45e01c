import { readSettled, unreadable } from '../../assembly/properties';
import type { Assembly, Problem } from '../../contracts';
import { ALARM, readAlarm } from './alarm';
import { COMPOSITE, readComposite } from './composite';
import { alarmsOf } from './composite-rule';
import { readDashboard } from './dashboard';
import { INSIGHT_RULE, readInsightRule } from './insight-rules/rule';
import { DASHBOARD } from './resource-types';

/** What CloudWatch would reject, or the sandbox can't run. */
export function problemsOf(assembly: Assembly): Problem[] {
  return [
    ...unreadable(assembly, [
      [ALARM, readAlarm],
      [COMPOSITE, readComposite],
      [DASHBOARD, readDashboard],
      [INSIGHT_RULE, readInsightRule],
    ]),
    ...compositeProblems(assembly),
  ];
}

/** A rule names alarms that exist, and does not need itself. */
function compositeProblems(assembly: Assembly): Problem[] {
  const composites = readSettled(assembly, COMPOSITE, tolerant);
  const known = new Set(assembly.ofType(ALARM).map((resource) => assembly.ref(resource)));
  const problems: Problem[] = [];
  let open = composites.flatMap((one) => one ?? []);
  const names = new Set([...known, ...open.map(({ name }) => name)]);
  const needed = ({ rule, suppressor }: (typeof open)[number]) => [...alarmsOf(rule), ...(suppressor ? [suppressor.alarm] : [])];
  for (;;) {
    const ready = open.filter((one) => needed(one).every((name) => known.has(name)));
    if (ready.length === 0) break;
    for (const { name } of ready) known.add(name);
    open = open.filter((one) => !ready.includes(one));
  }
  for (const one of open) {
    const name = needed(one).find((used) => !names.has(used));
    const problem = name === undefined ? 'depends on its own state' : `names ${name}, which is no alarm of the assembly`;
    problems.push({ resource: one.resource, message: `${COMPOSITE}.AlarmRule ${problem} (${one.resource.id})` });
  }
  return problems;
}

/** One that cannot be read is reported by itself. */
function tolerant(assembly: Assembly, resource: Parameters<typeof readComposite>[1]) {
  try {
    return readComposite(assembly, resource);
  } catch {
    return undefined;
  }
}
