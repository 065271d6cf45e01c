import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { REPOSITORY } from '../repository';
import { askRunning } from '../running/answer';
import type { DrawnDashboard } from '.';

const FOLDER = join(REPOSITORY, 'reports', 'dashboard');

/**
 * Draws the dashboards of the systems that `npx projen start` runs, with their data of the last three hours.
 *
 * @returns the exit status: 0, or 2 if there is nothing to draw
 */
export async function drawRunning(width: number, print: (line: string) => void, folder?: string): Promise<0 | 2> {
  const drawn = (await askRunning<DrawnDashboard[]>('dashboards', String(width), folder)).flatMap(({ answer }) => answer);
  if (drawn.length === 0) {
    print('No dashboard runs here: start a system in another shell with npx projen start school-platform');
    return 2;
  }
  for (const path of writeDashboards(drawn, FOLDER)) print(`written: ${path}`);
  return 0;
}

/** @returns the paths of pages and pictures, relative to the repository */
export function writeDashboards(drawn: readonly DrawnDashboard[], folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return drawn.flatMap(({ name, html, svg }) =>
    Object.entries({ html, svg }).map(([ending, text]) => {
      const path = join(folder, `${name}.${ending}`);
      writeFileSync(path, text);
      return relative(REPOSITORY, path);
    }),
  );
}
