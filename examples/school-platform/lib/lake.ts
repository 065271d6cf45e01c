import { LakeBackfill, LakeColumn, LakeCompaction, LakeErasure, LakeSource, StreamingDataLake, type TenantTable } from 'cdk-andamio';
import { Construct } from 'constructs';
import { QUESTIONS } from './questions';

export interface LakeProps {
  readonly data: TenantTable;
  /**
   * Name of its workgroup: `luca-lake`. Its database is named after it.
   *
   * @default - generated names
   */
  readonly name?: string;
}

/**
 * Every grade, revision, behaviour entry, visit and registration, for longer than the table keeps them. Names and official ids are
 * attributes without a column: no row has them, and a record in quarantine or in an export of the table does until it expires.
 *
 * The data is that of minors: a student can be erased on request.
 */
export class Lake extends Construct {
  public readonly lake: StreamingDataLake;
  /** Brings in what was written before the lake, or in an outage. Only those may start it who are granted: `backfill.grants.start(operators)`. */
  public readonly backfill: LakeBackfill;
  public readonly compaction: LakeCompaction;
  /** Erases a student on request. Whoever may start it can delete any item of any school: `erasure.grants.start(dataProtection)`. */
  public readonly erasure: LakeErasure;

  constructor(scope: Construct, id: string, { data, name }: LakeProps) {
    super(scope, id);
    this.lake = new StreamingDataLake(this, 'Changes', {
      source: LakeSource.tableStream(data),
      name,
      tableName: 'records',
      columns: [
        // Grades and their revisions, behaviour, and students' profiles.
        LakeColumn.string('student_id').from('student'),
        LakeColumn.timestamp('recorded_at').from('recordedAt'),
        LakeColumn.string('recorded_by').from('recordedBy'),
        // Current grades only: revisions and behaviour entries have `of_course`, so that they are not in the index by-course.
        LakeColumn.string('course'),
        LakeColumn.string('of_course').from('ofCourse'),
        // Not decimal: the steps of a school's grades can be of any size, such as a third.
        LakeColumn.double('grade'),
        LakeColumn.boolean('passed'),
        LakeColumn.string('kind'),
        LakeColumn.integer('points'),
        LakeColumn.timestamp('registered_at').from('registeredAt'),
        // Visits, whose body has what the student's app sent.
        LakeColumn.string('visitor_id').from('body.student'),
        LakeColumn.string('page').from('body.page'),
        LakeColumn.timestamp('received_at').from('receivedAt'),
        // What expires after 30 days.
        LakeColumn.epochSeconds('expires_at').from('expiresAt'),
      ],
    });
    this.backfill = new LakeBackfill(this, 'Backfill', {
      lake: this.lake,
      changedAtAttributes: ['recordedAt', 'registeredAt', 'receivedAt'],
      name: name && `${name}-backfill`,
    });
    this.compaction = new LakeCompaction(this, 'Compaction', { lake: this.lake });
    this.erasure = new LakeErasure(this, 'Erasure', { lake: this.lake, name: name && `${name}-erasure` });
    for (const [question, query] of Object.entries(QUESTIONS)) this.lake.addQuery(question, query);
  }
}
