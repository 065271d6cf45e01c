import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { globSync } from 'glob';
import { orphans } from './contents';

// jsii keeps files of earlier builds: a file that was moved would be packed in both places.
for (const file of orphans()) rmSync(file);

// A third of the package would be source maps, which lead stack traces to sources that are not in it.
for (const file of globSync('lib/**/*.js')) {
  const code = readFileSync(file, 'utf8');
  const map = code.lastIndexOf('//# sourceMappingURL=data:');
  if (map >= 0) writeFileSync(file, code.slice(0, map));
}
