import { createHash } from 'node:crypto';
import type { ApiClock } from './clock';
import { type Answer, json, problem } from './delivery';
import { between, type Draws } from './draws';
import type { Duplicates } from './duplicates';
import { readReport } from './report';

/** One time that a report was accepted. */
export interface Acceptance {
  readonly at: number;
  readonly reference: string;
  readonly receipt: string;
  readonly school: string;
  readonly period: string;
  /** The SHA-256 of the body, in hexadecimal. */
  readonly payloadHash: string;
  readonly rows: number;
}

interface Visible extends Acceptance {
  /** From when a look-up finds it. */
  readonly visibleAt: number;
}

/** The reports that the API accepted. */
export class Reports {
  private readonly accepted: Visible[] = [];
  private readonly byKey = new Map<string, Visible>();

  constructor(
    private readonly duplicates: Duplicates,
    private readonly draws: Draws,
    private readonly clock: ApiClock,
  ) {}

  get acceptances(): readonly Acceptance[] {
    return this.accepted;
  }

  /** Processes a report: accepts it, or answers that it is invalid. */
  process(body: string, key: string | undefined): Answer {
    if (this.duplicates.mode === 'idempotencyKey' && key === undefined)
      return problem(400, 'MISSING_KEY', `The header ${this.duplicates.header} is missing.`);
    const payloadHash = createHash('sha256').update(body).digest('hex');
    const before = key === undefined ? undefined : this.remembered(key);
    if (before !== undefined && before.payloadHash !== payloadHash)
      return problem(422, 'KEY_REUSED', 'The key was used with another body.');
    if (before !== undefined) return created(before);
    const report = readReport(body);
    if ('code' in report) return problem(422, report.code, report.message);
    const acceptance = this.accept(report.reference, { ...report, payloadHash, rows: report.rows.length });
    if (key !== undefined) this.byKey.set(key, acceptance);
    return created(acceptance);
  }

  /** What a look-up finds: the first time that the report was accepted, once it is visible. */
  find(reference: string): Answer {
    const now = this.clock.now();
    const found = this.accepted.find((one) => one.reference === reference && one.visibleAt <= now);
    if (found === undefined) return problem(404, 'NOT_FOUND', 'There is no report with this reference.');
    return json(200, { status: 'accepted', receipt: found.receipt, reference, payloadHash: found.payloadHash });
  }

  private accept(reference: string, fields: Omit<Acceptance, 'at' | 'reference' | 'receipt'>): Visible {
    const at = this.clock.now();
    const { school, period, payloadHash, rows } = fields;
    const times = this.accepted.filter((one) => one.reference === reference).length;
    const visibleAfterMs = this.duplicates.mode === 'lookUp' ? this.duplicates.visibleAfterMs : 0;
    const acceptance = {
      ...{ at, reference, school, period, payloadHash, rows },
      receipt: createHash('sha256').update(`${reference}/${times}`).digest('hex').slice(0, 16).toUpperCase(),
      visibleAt: at + between([Math.floor(visibleAfterMs / 2), visibleAfterMs], this.draws('visible', reference, times)),
    };
    this.accepted.push(acceptance);
    return acceptance;
  }

  private remembered(key: string): Visible | undefined {
    const found = this.byKey.get(key);
    const retainedForMs = this.duplicates.mode === 'idempotencyKey' ? this.duplicates.retainedForMs : 0;
    return found !== undefined && this.clock.now() < found.at + retainedForMs ? found : undefined;
  }
}

function created({ receipt, reference }: Acceptance): Answer {
  return json(201, { status: 'accepted', receipt, reference });
}
