import { invalid } from '../core/private/base/invalid';
import { STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import type { Confirmation as ConfirmationSettings } from './lambda/judge';

/** Where the JSON of a 2xx answer says what became of a report: names of fields, with dots for nested ones. */
export interface ConfirmationOptions {
  /** The receipt, a text or a number: `'receipt'`. An answer without it confirms nothing. */
  readonly receipt: string;

  /**
   * An error in an answer with the status 200: `'error'`. `false`, 0, `null` and an empty text, list or object are no error, and an error
   * together with a receipt leaves the outcome unknown.
   *
   * @default - an answer without a receipt leaves the outcome unknown
   */
  readonly error?: string;

  /**
   * Whether the same report can be sent again after this error; true or anything else: `'error.retryable'`.
   *
   * @default - an error in an answer rejects the report
   */
  readonly retryable?: string;

  /**
   * What is wrong, in words or as JSON, in an answer of any status: `'error.message'`. The status page shows its first 500 characters, so that
   * a person can correct the report. It is not in the audit or in logs.
   *
   * @default - the status page has the HTTP status only
   */
  readonly reason?: string;
}

/** What an answer of the API must contain, so that a report counts as accepted. */
export class Confirmation {
  /**
   * Fields of the answer's JSON.
   *
   * @param options names of the fields
   * @throws when a name is not one of fields of JSON, or `retryable` is given without `error`
   */
  public static of(options: ConfirmationOptions): Confirmation {
    checkProps('Confirmation', options, OPTIONS);
    const { receipt, error, retryable, reason } = options;
    for (const [property, field] of Object.entries({ receipt, error, retryable, reason })) {
      if (field === undefined || FIELD.test(field)) continue;
      invalid(
        'Confirmation',
        property,
        field,
        "names of fields of letters, digits, hyphens and underscores, with dots between them: 'data.receipt'",
      );
    }
    if (retryable !== undefined && error === undefined) {
      invalid('Confirmation', 'retryable', retryable, 'only together with error, the field that it is about');
    }
    const given = Object.entries({ receipt, error, retryable, reason }).filter(([, field]) => field !== undefined);
    return new Confirmation(Object.fromEntries(given) as unknown as ConfirmationSettings);
  }

  private constructor(
    /** @internal */
    public readonly _confirmationSettings: ConfirmationSettings,
  ) {}
}

const FIELD = /^[\w-]+(\.[\w-]+)*$/;
const OPTIONS: PropKinds<ConfirmationOptions> = { receipt: required(STRING), error: STRING, retryable: STRING, reason: STRING };
