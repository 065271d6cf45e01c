import type { Assembly } from '../../../contracts';
import type { Isolation } from '../../../engines';
import type { Settings } from '../../../service-module';
import { buildImage } from './build';
import { findImage } from './find-image';
import type { Image } from './image';

/** The images of one run: each is built once. */
export interface Images {
  readonly isolation: Promise<Isolation>;
  /** @throws where the image cannot be built here */
  get(uri: string): Promise<Image>;
}

export function createImages(
  assembly: Assembly,
  settings: Pick<Settings, 'images'>,
  isolation: Promise<Isolation>,
  report: (line: string) => void,
): Images {
  const built = new Map<string, Promise<Image>>();
  return {
    isolation,
    get(uri) {
      const image = built.get(uri) ?? isolation.then((one) => buildImage(findImage(assembly, uri, settings), one, report));
      built.set(uri, image);
      return image;
    },
  };
}
