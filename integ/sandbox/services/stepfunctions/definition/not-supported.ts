/** An unsupported part of a definition, with its location. */
export class NotSupported extends Error {
  override readonly name = 'InvalidDefinition';
}
