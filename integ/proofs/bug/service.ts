import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bug, withBug } from './bugs';

/**
 * Writes a copy of the grades service with bugs: for each bug, a second copy of its sources in which the bug is the only difference, and a
 * route that lists a student's evaluations with it.
 */
export function writeService(original: string, folder: string, bugs: readonly Bug[]): void {
  cpSync(original, folder, { recursive: true, filter: (path) => path !== join(original, 'node_modules') });
  const sources = new Map(readdirSync(join(original, 'src')).map((name) => [name, readFileSync(join(original, 'src', name), 'utf8')]));
  for (const bug of bugs) {
    mkdirSync(join(folder, 'src', bug.name));
    for (const [name, text] of withBug(sources, bug)) writeFileSync(join(folder, 'src', bug.name, name), text);
  }
  writeFileSync(join(folder, 'src', 'bugs.ts'), routesOf(bugs));
  const server = replaced(sources.get('server.ts') ?? '', 'addRoutes(server, options);', 'addRoutes(server, options);\n  addBugs(server);');
  writeFileSync(join(folder, 'src', 'server.ts'), `import { addBugs } from './bugs';\n${server}`);
}

function replaced(text: string, find: string, replace: string): string {
  if (!text.includes(find)) throw new Error(`server.ts of the service no longer contains ${find}`);
  return text.replace(find, () => replace);
}

function routesOf(bugs: readonly Bug[]): string {
  const imports = bugs.flatMap(({ name }, at) => [
    `import { openTenantData as open${at} } from './${name}/tenant-data';`,
    `import { evaluationsOfStudent as list${at} } from './${name}/evaluations';`,
  ]);
  const routes = bugs.map(
    ({ name }, at) => `  {
    const data = open${at}(settings);
    server.get('/bugs/${name}/students/:student/evaluations', { config: { operation: '${name}' } }, async (request: any) => {
      const { items } = await list${at}(await data.of(request.caller.school), request.params.student, { limit: 100 });
      return { evaluations: items };
    });
  }`,
  );
  return [
    "import { readSettings } from './settings';",
    ...imports,
    'export function addBugs(server: any): void {',
    '  const settings = readSettings(process.env);',
    ...routes,
    '}\n',
  ].join('\n');
}
