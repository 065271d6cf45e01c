/** A link of a page. */
export interface Link {
  readonly line: number;
  readonly target: string;
}

const FENCE = /^( *)(```+)(.*)$/;

/** A block of code of a page. */
export interface CodeBlock {
  /** Of its first line of code. */
  readonly line: number;
  /** What follows the fence: `ts`, `sh`. */
  readonly language: string;
  readonly code: string;
}

/** The blocks of code of a page, each without the indentation of its fence. */
export function codeBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const open = FENCE.exec(lines[at]);
    if (open === null) continue;
    const end = lines.findIndex((line, index) => index > at && line.trim() === open[2]);
    if (end < 0) throw new Error(`line ${at + 1}: the block of code has no end`);
    const code = lines.slice(at + 1, end).map((line) => line.slice(Math.min(open[1].length, line.length - line.trimStart().length)));
    blocks.push({ line: at + 2, language: open[3].trim(), code: code.join('\n') });
    at = end;
  }
  return blocks;
}

/** The lines of a page, with those of its blocks of code empty. */
function prose(text: string): string[] {
  const lines = text.split('\n');
  for (const { line, code } of codeBlocks(text)) lines.fill('', line - 2, line + code.split('\n').length);
  return lines;
}

/** The targets of all links, in the order in which they stand. */
export function linksIn(text: string): Link[] {
  const lines = prose(text);
  const whole = lines.map((line) => line.replace(/`[^`]*`/g, (code) => ' '.repeat(code.length))).join('\n');
  return [...whole.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)].map((match) => ({
    target: match[1],
    line: whole.slice(0, match.index).split('\n').length,
  }));
}

/** The anchors of a page's headings, as GitHub and npm make them. */
export function anchorsIn(text: string): string[] {
  const seen = new Map<string, number>();
  return prose(text)
    .filter((line) => /^#{1,6} /.test(line))
    .map((line) => {
      const title = line.replace(/^#+ /, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
      const slug = title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .trim()
        .replaceAll(' ', '-');
      const times = seen.get(slug) ?? 0;
      seen.set(slug, times + 1);
      return times === 0 ? slug : `${slug}-${times}`;
    });
}
