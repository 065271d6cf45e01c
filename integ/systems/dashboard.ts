import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawRunning } from '../kit/dashboard/command';
import { REPOSITORY } from '../kit/repository';
import { drawMorning } from './school-platform/morning';

const USAGE =
  'Usage: npx projen dashboard [--width <pixels>] for a system that npx projen start runs, or --morning to draw the example from a morning of traffic';
const [WIDTH, NARROWEST, WIDEST] = [1_400, 600, 4_000];
const PICTURE = join('examples', 'school-platform', 'dashboard.svg');

async function main(args: readonly string[]): Promise<number> {
  const isMorning = args[0] === '--morning';
  const [option = '--width', text = String(WIDTH), ...rest] = isMorning ? args.slice(1) : args;
  const width = Number(text);
  if (option !== '--width' || rest.length > 0 || !Number.isInteger(width) || width < NARROWEST || width > WIDEST) {
    throw new Error(`${USAGE}; the width is between ${NARROWEST} and ${WIDEST}`);
  }
  if (!isMorning) return drawRunning(width, console.log);
  for (const { svg } of await drawMorning({ width }, console.log)) writeFileSync(join(REPOSITORY, PICTURE), svg);
  console.log(`written: ${PICTURE}`);
  return 0;
}

if (require.main === module) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  main(process.argv.slice(2)).then(
    (status) => process.exit(status),
    (error: Error) => {
      console.error(error.message);
      process.exit(2);
    },
  );
}
