import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../kit/repository';
import { drawMorning } from './school-platform/morning';

const FOLDER = join('reports', 'dashboard');

async function main(): Promise<void> {
  const widths = [1_400, 900];
  const drawn = await drawMorning(
    widths.map((width) => ({ width })),
    console.log,
  );
  mkdirSync(join(REPOSITORY, FOLDER), { recursive: true });
  for (const [index, width] of widths.entries()) {
    for (const { name, html, svg } of drawn[index]) {
      for (const [ending, text] of Object.entries({ html, svg })) {
        const file = join(FOLDER, `${name}-${width}.${ending}`);
        writeFileSync(join(REPOSITORY, file), text);
        console.log(`written: ${file}`);
      }
    }
  }
}

if (require.main === module) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  main().then(
    () => process.exit(0),
    (error: Error) => {
      console.error(error);
      process.exit(1);
    },
  );
}
