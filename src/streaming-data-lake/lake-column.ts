import { Token } from 'aws-cdk-lib';
import { invalid } from '../core/private/base/invalid';
import {
  BIGINT,
  BOOLEAN_VALUE,
  type ColumnType,
  DOUBLE,
  decimalType,
  EPOCH_SECONDS,
  INTEGER,
  JSON_TEXT,
  TEXT,
  TIMESTAMP,
} from './item-type';
import { isReservedWord } from './reserved-words';

/** Documented: "AWS Glue: Column structure", Name. */
const MOST_CHARACTERS = 255;
/** Documented: "Constraints in Amazon DynamoDB", nested attribute depth. */
const DEEPEST = 32;
/** Documented: "Supported data types in Athena", decimal; and the digits of a number in DynamoDB. */
const MOST_DIGITS = 38;

/**
 * A column of a data lake: its name and type, and the attribute of the item that it is filled from.
 *
 * An item without the attribute, or with a NULL, has no value in the column. An item whose attribute has another type is put into
 * quarantine, with the reason.
 */
export class LakeColumn {
  /** Text, from a string (S). */
  public static string(name: string): LakeColumn {
    return LakeColumn.of(name, TEXT);
  }

  /** A whole number between -2,147,483,648 and 2,147,483,647, from a number (N). */
  public static integer(name: string): LakeColumn {
    return LakeColumn.of(name, INTEGER);
  }

  /** A whole number of 64 bits, from a number (N): exact beyond 2^53. */
  public static bigint(name: string): LakeColumn {
    return LakeColumn.of(name, BIGINT);
  }

  /** A floating-point number, from a number (N). It has about 15 digits: use `decimal` for numbers that must be exact. */
  public static double(name: string): LakeColumn {
    return LakeColumn.of(name, DOUBLE);
  }

  /**
   * An exact decimal number, from a number (N).
   *
   * @param precision digits in total, 1 to 38
   * @param scale digits after the decimal point, 0 to `precision`
   */
  public static decimal(name: string, precision: number, scale: number): LakeColumn {
    for (const [property, value, least, most] of [
      ['precision', precision, 1, MOST_DIGITS],
      ['scale', scale, 0, precision],
    ] as const) {
      if (!Number.isInteger(value) || value < least || value > most) {
        invalid(`LakeColumn ${name}`, property, value, `a whole number between ${least} and ${most}, known at synthesis`);
      }
    }
    return LakeColumn.of(name, decimalType(precision, scale));
  }

  /** True or false, from a boolean (BOOL). */
  public static boolean(name: string): LakeColumn {
    return LakeColumn.of(name, BOOLEAN_VALUE);
  }

  /** A point in time, from a string (S) such as `2026-11-29T08:15:30.123Z`. */
  public static timestamp(name: string): LakeColumn {
    return LakeColumn.of(name, TIMESTAMP);
  }

  /** A point in time, from a number (N) of seconds since 1970. */
  public static epochSeconds(name: string): LakeColumn {
    return LakeColumn.of(name, EPOCH_SECONDS);
  }

  /**
   * A value of any type as JSON text, such as a list or a map. It is DynamoDB's JSON with keys in lower case: `{"l":[{"s":"chess"}]}`.
   */
  public static json(name: string): LakeColumn {
    return LakeColumn.of(name, JSON_TEXT);
  }

  private static of(name: string, type: ColumnType): LakeColumn {
    checkName(name);
    return new LakeColumn(name, name, type);
  }

  private constructor(
    /** Name of the column. */
    public readonly name: string,
    /** Path of the attribute in the item: `address.city`. */
    public readonly path: string,
    /** @internal */
    public readonly _type: ColumnType,
  ) {}

  /**
   * Fills the column from an attribute with another name than the column's, or from an entry of a map.
   *
   * @param path name of the attribute, or names of a map and its entry, separated by dots: `address.city`
   * @returns a new column; this one does not change
   * @throws when no attribute can have the path
   */
  public from(path: string): LakeColumn {
    checkPath(this.name, path);
    return new LakeColumn(this.name, path, this._type);
  }

  /** How the column is declared in SQL: `score double`. */
  public toString(): string {
    return `${this.name} ${this._type.sql}`;
  }
}

function checkName(name: string): void {
  if (Token.isUnresolved(name) || !/^[a-z][a-z0-9_]*$/.test(name) || name.length > MOST_CHARACTERS) {
    invalid('LakeColumn', 'name', name, 'a lower-case letter, then lower-case letters, digits and underscores, known at synthesis');
  }
  if (isReservedWord(name)) invalid('LakeColumn', 'name', name, 'a name that is not a reserved word of SQL in Athena');
}

function checkPath(name: string, path: string): void {
  const names = path.split('.');
  if (Token.isUnresolved(path) || !names.every((part) => /^[A-Za-z0-9_]+$/.test(part))) {
    invalid(
      `LakeColumn ${name}`,
      'path',
      path,
      'names of attributes of letters, digits and underscores, separated by dots, known at synthesis',
    );
  }
  if (names.length > DEEPEST) invalid(`LakeColumn ${name}`, 'path', path, `at most ${DEEPEST} levels, as in an item of DynamoDB`);
}
