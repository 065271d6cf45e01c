import { isElsewhere, OTHER_SCHOOL, type Person } from './person';
import type { Places } from './places';

/** What is stored of others: items, rows of the lake, records in quarantine and in exports. */
export type Others = Readonly<Record<string, readonly string[]>>;

const FOLDERS = ['data/', 'quarantine/', 'backfill/'];

export async function othersIn({ all, objects }: Places, { student }: Person): Promise<Others> {
  const table = (await all.find(({ name }) => name === 'table')?.texts()) ?? [];
  const folders = await Promise.all(
    FOLDERS.map(async (folder) => {
      const current = (await objects(folder)).filter(({ isLatest }) => isLatest);
      // The first text is the object's name, which changes with a rewrite; a line with a record in Base64 comes twice.
      const texts = current.flatMap(({ texts }) => texts.slice(1)).filter((text) => text !== '' && !text.includes('"rawData"'));
      return { place: folder, texts };
    }),
  );
  const older = (await objects('data/')).filter(({ isLatest, key }) => !isLatest && key.includes(`=${OTHER_SCHOOL}/`));
  const versions = { place: 'older versions of another school', texts: older.flatMap(({ texts }) => texts) };
  const found = [{ place: 'table', texts: table }, ...folders, versions];
  return Object.fromEntries(found.map(({ place, texts }) => [place, ofOthers(texts, student).sort()]));
}

/** The texts that are not the person's. */
export function ofOthers(texts: readonly string[], student: string): string[] {
  return texts.filter((text) => !text.includes(student) || isElsewhere(text));
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
