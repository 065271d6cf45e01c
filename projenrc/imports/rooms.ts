/** Which folders import which: the folders that a reader knows by name, with everything below them. */
export type Imports = ReadonlyMap<string, ReadonlySet<string>>;

/** From the file that imports to the file that is imported, by their paths. */
export type FileImport = readonly [from: string, to: string];

const ROOMS = [
  /^src\/core\/private\/base/,
  /^src\/core\/private/,
  /^src\/[^/]+(?=\/)/,
  /^integ\/sandbox\/(contracts|service-module)(?=\.ts$)/,
  /^integ\/sandbox\/services(?=\/[^/]+\/)/,
  /^integ\/sandbox\/[^/]+(?=\/)/,
  /^integ\/sandbox/,
  /^integ\/[^/]+(?=\/)/,
  /^examples\/[^/]+/,
];
/** The lists at the top of a folder tree stand above everything that they list. */
const INDEX: Readonly<Record<string, string>> = { 'src/index.ts': 'src', 'integ/sandbox/services/index.ts': 'integ/sandbox' };
const TEST = /\.test\.ts$|\/(fixtures|testing)(\/|\.ts$)/;

function roomOf(file: string): string | undefined {
  return INDEX[file] ?? ROOMS.map((room) => room.exec(file)?.[0]).find((room) => room !== undefined);
}

export function importsOfRooms(files: readonly FileImport[]): Imports {
  const rooms = new Map<string, Set<string>>();
  for (const [from, to] of files) {
    const [room, other] = [roomOf(from), roomOf(to)];
    if (TEST.test(from) || room === undefined || other === undefined || room === other) continue;
    rooms.set(room, (rooms.get(room) ?? new Set()).add(other));
    rooms.set(other, rooms.get(other) ?? new Set());
  }
  return rooms;
}

/** A way from a room back to itself, or undefined where there is none. */
export function circleIn(imports: Imports): readonly string[] | undefined {
  const finished = new Set<string>();
  const walk = (room: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(room)) return [...way.slice(way.indexOf(room)), room];
    if (finished.has(room)) return undefined;
    for (const other of imports.get(room) ?? []) {
      const circle = walk(other, [...way, room]);
      if (circle !== undefined) return circle;
    }
    finished.add(room);
    return undefined;
  };
  for (const room of imports.keys()) {
    const circle = walk(room, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

/** Without the arrows that follow from others (a → c beside a → b → c), so that the drawing can be read. There must be no circle. */
export function withoutShortcuts(imports: Imports): Imports {
  const reached = (room: string): Set<string> => {
    const found = new Set<string>();
    const rest = [...(imports.get(room) ?? [])];
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      rest.push(...(imports.get(next) ?? []));
    }
    return found;
  };
  const direct = (others: ReadonlySet<string>) =>
    [...others].filter((one) => ![...others].some((other) => other !== one && reached(other).has(one)));
  return new Map([...imports].map(([room, others]) => [room, new Set(direct(others))]));
}

export function mermaid(imports: Imports): string {
  const id = (room: string) => room.replace(/\W/g, '_');
  const rooms = [...imports.keys()].sort();
  return [
    'flowchart TD',
    ...rooms.map((room) => `  ${id(room)}["${room}"]`),
    ...rooms.flatMap((room) => [...(imports.get(room) ?? [])].sort().map((other) => `  ${id(room)} --> ${id(other)}`)),
  ].join('\n');
}
