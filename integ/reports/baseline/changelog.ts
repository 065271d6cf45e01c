import type { BreakingChange } from './templates';

const UNRELEASED = 'Unreleased';

/** The sections of a changelog by their headings, the newest first. */
function sections(changelog: string): [heading: string, text: string][] {
  const [, ...parts] = changelog.split(/^## /m);
  return parts.map((part) => {
    const [heading = '', ...lines] = part.split('\n');
    return [heading.trim(), lines.join('\n')];
  });
}

/**
 * The version that the changelog describes.
 *
 * @throws when its newest section is none of a version: what is not released cannot be what later versions are compared with
 */
export function releasedVersion(changelog: string): string {
  const [heading] = sections(changelog).find(([name, text]) => name !== UNRELEASED || text.trim() !== '') ?? [''];
  const version = /^\[?(\d+\.\d+\.\d+)\]?/.exec(heading)?.[1];
  if (version === undefined) {
    throw new Error(`CHANGELOG.md begins with '${heading}': give what is unreleased a version, '## 1.2.3', before its baseline is written`);
  }
  return version;
}

/** The changes that no line under `### Breaking changes` of what is unreleased, or of a version newer than the baseline's, names. */
export function unexplained(changes: readonly BreakingChange[], changelog: string, baseline: string): BreakingChange[] {
  const newer: string[] = [];
  for (const [heading, text] of sections(changelog)) {
    if (heading.replace(/^\[/, '').startsWith(baseline)) break;
    newer.push(/^### Breaking changes$([\s\S]*?)(?=^### |(?![\s\S]))/m.exec(text)?.[1] ?? '');
  }
  const lines = newer.join('\n');
  return changes.filter(({ subject }) => !lines.includes(`\`${subject}\``));
}
