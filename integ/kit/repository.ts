import { resolve } from 'node:path';

/** The root of the repository: paths of apps, commands and pages are relative to it. */
export const REPOSITORY = resolve(__dirname, '..', '..');
