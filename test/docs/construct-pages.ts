import { codeBlocks } from './markdown';

/** The parts of a construct's README, in their order (CONTRIBUTING.md). */
const PARTS = ['Use it', 'What it guarantees', 'Operate it', 'How it works and why'];

/** The headings of the second level of a page, where they are not exactly the parts of a construct's README. */
export function headingsOutOfOrder(text: string): string | undefined {
  const inside = new Set(codeBlocks(text).flatMap(({ line, code }) => code.split('\n').map((_, index) => line + index)));
  const headings = text
    .split('\n')
    .flatMap((line, index) => (line.startsWith('## ') && !inside.has(index + 1) ? [line.slice(3).trim()] : []));
  return headings.join('|') === PARTS.join('|') ? undefined : headings.join(' · ');
}
