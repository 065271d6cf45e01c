import { resolve } from 'node:path';

/** The root of this working copy: apps, commands and pages are named from here. */
export const REPOSITORY = resolve(__dirname, '..', '..');
