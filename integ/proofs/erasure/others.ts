import type { Places } from './places';
import type { Person } from './plant';

/** What is stored of others: items, rows of the lake, records in quarantine and in exports. */
export type Others = Readonly<Record<string, readonly string[]>>;

const FOLDERS = ['data/', 'quarantine/', 'backfill/'];

export async function othersIn({ all, objects }: Places, { student }: Person): Promise<Others> {
  const own = (text: string) => text.includes(student);
  const table = (await all.find(({ name }) => name === 'table')?.texts()) ?? [];
  const folders = await Promise.all(
    FOLDERS.map(async (folder) => {
      const current = (await objects(folder)).filter(({ isLatest }) => isLatest);
      // The first text is the object's name, which changes with a rewrite; a line with a record in Base64 comes twice.
      const texts = current.flatMap(({ texts }) => texts.slice(1)).filter((text) => text !== '' && !text.includes('"rawData"'));
      return { place: folder, texts };
    }),
  );
  const found = [{ place: 'table', texts: table }, ...folders];
  return Object.fromEntries(found.map(({ place, texts }) => [place, texts.filter((text) => !own(text)).sort()]));
}

/** What is there in one and not in the other, with the place. */
export function compare(before: Others, after: Others): string[] {
  return Object.keys(before).flatMap((place) => {
    const [old, now] = [before[place], after[place]];
    return [
      ...old.filter((text) => !now.includes(text)).map((text) => `${place} lost ${text.slice(0, 200)}`),
      ...now.filter((text) => !old.includes(text)).map((text) => `${place} has got ${text.slice(0, 200)}`),
      ...(old.length === now.length ? [] : [`${place} had ${old.length}, and has ${now.length}`]),
    ];
  });
}
