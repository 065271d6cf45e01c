/** A query that is saved in the workgroup of a lake. */
export interface LakeQuery {
  /** The question that it answers, for those who choose among saved queries. */
  readonly description: string;

  /**
   * A SELECT of Athena. Tables and views need no database: `grades_changes`. A `?` in a WHERE clause is a parameter, for which Athena asks
   * when the query is run.
   */
  readonly sql: string;

  /**
   * What each `?` of the SQL stands for, in their order. It becomes part of the description, because parameters of Athena have no names.
   *
   * @default - none, for a query without parameters
   */
  readonly parameters?: string[];
}
