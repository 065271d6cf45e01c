import type { BreakingChange } from './templates';

const UNRELEASED = 'Unreleased';

/** The sections of a changelog by heading, newest first. */
function sections(changelog: string): [heading: string, text: string][] {
  const [, ...parts] = changelog.split(/^## /m);
  return parts.map((part) => {
    const [heading = '', ...lines] = part.split('\n');
    return [heading.trim(), lines.join('\n')];
  });
}

/**
 * The newest version in the changelog.
 *
 * @throws if the newest section has no version: only a released version can be a baseline
 */
export function releasedVersion(changelog: string): string {
  const [heading] = sections(changelog).find(([name, text]) => name !== UNRELEASED || text.trim() !== '') ?? [''];
  const version = /^\[?(\d+\.\d+\.\d+)\]?/.exec(heading)?.[1];
  if (version === undefined) {
    throw new Error(
      `CHANGELOG.md begins with '${heading}': change the heading to a version, such as '## 1.2.3', before you write its baseline`,
    );
  }
  return version;
}

/** The changes that are not named under `### Breaking changes` of the unreleased section or of a version newer than the baseline. */
export function unexplained(changes: readonly BreakingChange[], changelog: string, baseline: string): BreakingChange[] {
  const newer: string[] = [];
  for (const [heading, text] of sections(changelog)) {
    if (heading.replace(/^\[/, '').startsWith(baseline)) break;
    newer.push(/^### Breaking changes$([\s\S]*?)(?=^### |(?![\s\S]))/m.exec(text)?.[1] ?? '');
  }
  const lines = newer.join('\n');
  return changes.filter(({ subject }) => !lines.includes(`\`${subject}\``));
}
