/** The role may not decrypt the function's environment variables. Invoke returns this error with status 502. */
export class KmsAccessDenied extends Error {
  override readonly name = 'KMSAccessDeniedException';
  constructor(denial: string) {
    super(
      `Lambda was unable to decrypt the environment variables because KMS access was denied. Please check the function's KMS key settings. KMS Exception: AccessDeniedException KMS Message: ${denial}`,
    );
  }
}
