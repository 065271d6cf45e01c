import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { recordGrade } from '../../../examples/school-platform/app/grades/src/evaluations';
import { REPOSITORY } from '../../kit/repository';

interface GradesApp {
  readonly recordGrade: typeof recordGrade;
}

/**
 * The code of the grades service. It is a package of its own, which finds the library in `node_modules` of its image: a folder with a link to
 * this repository stands for that.
 */
export function loadGradesApp(): GradesApp {
  const modules = mkdtempSync(join(tmpdir(), 'grades-app-'));
  process.once('exit', () => rmSync(modules, { recursive: true, force: true }));
  symlinkSync(REPOSITORY, join(modules, 'cdk-andamio'));
  process.env.NODE_PATH = modules;
  (Module as unknown as { _initPaths(): void })._initPaths();
  return createRequire(__filename)('../../../examples/school-platform/app/grades/src/evaluations') as GradesApp;
}
