import { ServiceError } from '../../protocol/service-error';

/** An attribute of a pool's schema, as in DescribeUserPool: custom attributes have the prefix `custom:`. */
export interface Attribute {
  readonly Name: string;
  readonly AttributeDataType: string;
  readonly Mutable: boolean;
  readonly Required: boolean;
  readonly StringAttributeConstraints?: { readonly MinLength?: string; readonly MaxLength?: string };
  readonly NumberAttributeConstraints?: { readonly MinValue?: string; readonly MaxValue?: string };
}

export interface Value {
  readonly Name: string;
  readonly Value?: string;
}

/** Attributes that only the service sets. */
const SERVICE_ONLY = ['email_verified', 'phone_number_verified'];

/** Documented: "Attribute permissions and scopes": an app client without a list may write every attribute. */
export function checkWritten(allowed: readonly string[] | undefined, values: readonly Value[]): void {
  for (const { Name } of values) {
    if (SERVICE_ONLY.includes(Name) || !(allowed?.includes(Name) ?? true)) {
      throw new ServiceError('NotAuthorizedException', 'A client attempted to write unauthorized attribute', 400);
    }
  }
}

/** Documented: "Custom attributes": an immutable one can be written only when the user is created. */
export function checkMutable(schema: readonly Attribute[], values: readonly Value[]): void {
  for (const { Name } of values) {
    if (schema.find((attribute) => attribute.Name === Name)?.Mutable === false) {
      throw new ServiceError('InvalidParameterException', `user.${Name}: Attribute cannot be updated.`, 400);
    }
  }
}

/** Checks that the schema has each attribute and allows its value. */
export function checkConform(schema: readonly Attribute[], values: readonly Value[]): void {
  for (const value of values) {
    const attribute = schema.find(({ Name }) => Name === value.Name);
    const problem = attribute === undefined ? 'Attribute does not exist in the schema.' : problemOf(attribute, value.Value ?? '');
    if (problem !== undefined) invalidAttribute(value.Name, problem);
  }
}

/** Checks the required attributes of a sign-up. Administrators may create accounts without them. */
export function checkRequired(schema: readonly Attribute[], values: readonly Value[], given: readonly string[]): void {
  for (const { Name, Required } of schema) {
    const there = Name === 'sub' || given.includes(Name) || values.some((value) => value.Name === Name && value.Value !== '');
    if (Required && !there) invalidAttribute(Name, 'The attribute is required');
  }
}

function invalidAttribute(name: string, problem: string): never {
  throw new ServiceError('InvalidParameterException', `Attributes did not conform to the schema: ${name}: ${problem}`, 400);
}

function problemOf({ AttributeDataType: type, ...attribute }: Attribute, value: string): string | undefined {
  if (type === 'Boolean') return /^(?:true|false)$/i.test(value) ? undefined : 'Not a boolean value';
  if (type === 'Number') {
    const { MinValue = '-Infinity', MaxValue = 'Infinity' } = attribute.NumberAttributeConstraints ?? {};
    if (!/^-?\d+$/.test(value)) return 'Not a number';
    return Number(value) < Number(MinValue) || Number(value) > Number(MaxValue)
      ? `Number must be from ${MinValue} to ${MaxValue}`
      : undefined;
  }
  if (type === 'DateTime') return undefined;
  const { MinLength = '0', MaxLength = '2048' } = attribute.StringAttributeConstraints ?? {};
  if (value.length > Number(MaxLength)) return `String must not be longer than ${MaxLength} characters`;
  // An empty value deletes an attribute.
  return value !== '' && value.length < Number(MinLength) ? `String must not be shorter than ${MinLength} characters` : undefined;
}
