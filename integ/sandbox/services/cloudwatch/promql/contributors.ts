import type { AlarmState } from '../../../contracts';
import type { PromqlAlarm } from './alarm';

/** A time series that the query of an alarm returns. */
export interface Contributor {
  /** Its attributes, sorted by name. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly value: string;
}

/** A contributor in alarm. */
export interface Alarming extends Contributor {
  readonly since: number;
}

type Own = { -readonly [Name in keyof Contributor]: Contributor[Name] } & {
  readonly breachingSince: number;
  absentSince?: number;
  alarmingSince?: number;
};

/** Named in the reason of a state. */
const NAMED = 5;

/** The contributors of an alarm. Documented: "PromQL alarms" (Amazon CloudWatch User Guide). */
export interface Contributors {
  /** What the query returned at a time. */
  evaluate(returned: readonly Contributor[], at: number): { readonly state: AlarmState; readonly reason: string };
  alarming(): readonly Alarming[];
}

export function createContributors({ pendingMs, recoveryMs }: Pick<PromqlAlarm, 'pendingMs' | 'recoveryMs'>): Contributors {
  const known = new Map<string, Own>();

  function recover(one: Own, at: number): void {
    one.absentSince ??= at;
    if (one.alarmingSince === undefined || at - one.absentSince >= recoveryMs) known.delete(one.id);
  }

  const alarming = (): Alarming[] =>
    [...known.values()].flatMap(({ alarmingSince: since, id, attributes, value }) =>
      since === undefined ? [] : [{ id, attributes, value, since }],
    );

  return {
    evaluate(returned, at) {
      const ids = new Set(returned.map(({ id }) => id));
      for (const one of known.values()) if (!ids.has(one.id)) recover(one, at);
      for (const contributor of returned) {
        const one: Own = Object.assign(known.get(contributor.id) ?? { breachingSince: at }, contributor);
        one.absentSince = undefined;
        if (at - one.breachingSince >= pendingMs) one.alarmingSince ??= at;
        known.set(one.id, one);
      }
      const all = alarming();
      return all.length === 0
        ? { state: 'OK', reason: 'No contributor is in alarm.' }
        : {
            state: 'ALARM',
            reason: `${all.length === 1 ? '1 contributor is' : `${all.length} contributors are`} in alarm: ${namesOf(all)}.`,
          };
    },
    alarming,
  };
}

function namesOf(all: readonly Alarming[]): string {
  const named = all.slice(0, NAMED).map(({ attributes, value }) => {
    const pairs = Object.entries(attributes).map(([name, text]) => `${name}="${text}"`);
    return `{${pairs.join(', ')}} with ${value}`;
  });
  return all.length > NAMED ? `${named.join(', ')} and ${all.length - NAMED} more` : named.join(', ');
}
