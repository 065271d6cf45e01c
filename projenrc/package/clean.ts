import { rmSync } from 'node:fs';
import { orphans } from './contents';

// jsii leaves what it compiled before: a file that was moved would be packed at both places.
for (const file of orphans()) rmSync(file);
