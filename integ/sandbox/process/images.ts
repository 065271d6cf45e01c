import { resolve } from 'node:path';

/** Reads `name=folder`: the folder with the Dockerfile that stands for a container image. @throws with a one-sentence message */
export function readImages(entries: readonly string[]): Map<string, string> {
  return new Map(
    entries.map((entry) => {
      const at = entry.indexOf('=');
      if (at < 1 || at === entry.length - 1) throw new Error(`Invalid --image ${entry}: expected name=folder, the folder of a Dockerfile`);
      return [entry.slice(0, at), resolve(entry.slice(at + 1))];
    }),
  );
}
