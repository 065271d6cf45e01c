import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import type { IConstruct } from 'constructs';
import type { Descriptor } from './item-type';

/** Where a pipe reads, and how. */
export interface BoundSource {
  readonly arn: string;
  /** The event pattern of the changes that the lake stores. */
  readonly pattern: object;
  /** The source's parameters, except the filter. */
  readonly parameters: (deadLetterQueueArn: string) => CfnPipe.PipeSourceParametersProperty;
  /** What the pipe's role needs to read it. */
  readonly reads: readonly PolicyStatement[];
}

/** A source of changes: what the lake has to know about it. */
export interface LakeSourceVariant {
  /** The platform's word for a tenant. */
  readonly tenantNoun: string;
  /** Names of the attributes that identify an item. The first begins with the tenant's id and `#`. */
  readonly keys: readonly string[];
  /** Types of attributes that the source itself defines. */
  readonly known: Readonly<Record<string, Descriptor>>;
  readonly correlationAttribute: string;
  readonly deletionAttribute: string;
  /**
   * The fields of a record that the pipe sends, each with the template of its value. They refer only to what every record has, because it
   * is not documented what becomes of a reference to something that a record lacks.
   */
  readonly fields: Readonly<Record<string, string>>;
  /** @throws when the source cannot be read */
  readonly bind: (scope: IConstruct) => BoundSource;
  /** What a role needs to find and delete items in the source. */
  readonly erases: () => readonly PolicyStatement[];
  /** The table whose writes are compared with what the pipe reads, and whose items a backfill exports. */
  readonly table: ITable;
  readonly timeToLiveAttribute?: string;
}
