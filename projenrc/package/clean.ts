import { rmSync } from 'node:fs';
import { orphans } from './contents';

// jsii keeps files of earlier builds: a file that was moved would be packed in both places.
for (const file of orphans()) rmSync(file);
