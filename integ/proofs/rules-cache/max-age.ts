/** How long the service of the proof uses the rules of a school before it reads them again. The example's own value is 60. */
export const MAX_AGE_SECONDS = 20;
