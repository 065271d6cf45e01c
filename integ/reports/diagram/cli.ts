import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../kit/repository';
import { readStacks } from '../assembly/stacks';
import { EXAMPLES, withExample } from '../examples/examples';
import { type Graph, graphOf } from './graph';
import { svgOf } from './svg';

const USAGE = `Usage: npx projen diagram [<example>]; examples: ${EXAMPLES.join(', ')}`;

export const graphOfExample = (example: string): Graph =>
  withExample(example, (directory) => graphOf(readStacks(directory).flatMap(({ resources }) => resources)));

export const diagramOf = (example: string): Promise<string> => svgOf(example, graphOfExample(example));

export const pathOfDiagram = (example: string): string => join(REPOSITORY, 'examples', example, 'diagram.svg');

async function main(chosen: readonly string[]): Promise<void> {
  if (chosen.some((name) => !EXAMPLES.includes(name))) throw new Error(USAGE);
  for (const example of chosen.length > 0 ? chosen : EXAMPLES) {
    writeFileSync(pathOfDiagram(example), await diagramOf(example));
    console.log(`written: ${pathOfDiagram(example)}`);
  }
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 2;
  });
}
