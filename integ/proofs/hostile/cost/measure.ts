import type { Progress } from '../../../kit/progress';
import { round } from '../../../kit/statistics';
import { type Collector, type Host, openHost } from './host';
import { type Bounds, isWithin, isWorthAnotherTry, MEMORY, mostCost, TIME, type Try, worstDoubling } from './judge';
import type { Order } from './measured';
import { type Place, sizesOf } from './place';
import { PLACES } from './places';

const MEMORY_AT_ONCE = 2;

export interface CostFigures {
  readonly places: number;
  readonly shapes: number;
  readonly worstDoubling: number;
  readonly worstMs: number;
  readonly worstMemoryDoubling: number;
  readonly worstMiB: number;
}

export interface Costs {
  readonly figures: CostFigures;
  /** What breaks a bound, in words. */
  readonly findings: readonly string[];
}

interface Measured {
  readonly place: Place;
  readonly shape: string;
  readonly tries: readonly Try[];
}

/** Measures what inputs of growing size cost in every place that reads what a caller chooses. */
export async function measureCosts(progress: Progress, places: readonly Place[] = PLACES): Promise<Costs> {
  const host = await openHost(progress.step);
  try {
    const time = await timeOf(places, host, progress);
    const memory = await memoryOf(places, host, progress);
    return {
      figures: {
        places: places.length,
        shapes: time.length,
        worstDoubling: worst(time, (tries) => worstDoubling(tries, TIME)),
        worstMs: worst(time, mostCost),
        worstMemoryDoubling: worst(memory, (tries) => worstDoubling(tries, MEMORY)),
        worstMiB: worst(memory, mostCost),
      },
      findings: [...findings(time, TIME, 'ms'), ...findings(memory, MEMORY, 'MiB')],
    };
  } finally {
    host.close();
  }
}

/** A process for each place: its code is as warm as a function's that has seen everything. */
async function timeOf(places: readonly Place[], host: Host, progress: Progress): Promise<Measured[]> {
  const all: Measured[] = [];
  const total = places.reduce((sum, { shapes }) => sum + Object.keys(shapes).length, 0);
  for (const place of places) {
    const measurer = host.start('default');
    try {
      for (const shape of Object.keys(place.shapes)) {
        const order: Order = { place: place.name, shape, what: 'time' };
        const first = { costs: await measurer.measure(order), whole: true };
        all.push({ place, shape, tries: await again(first, order, TIME, ['default', 'none', 'default', 'none'], host) });
        progress.count('time of shapes', all.length, total);
      }
    } finally {
      measurer.close();
    }
    const here = all.filter((measured) => measured.place === place);
    const [doubling, most] = [worst(here, (tries) => worstDoubling(tries, TIME)), worst(here, mostCost)];
    progress.step(`${place.name}: doubled ${doubling}, at most ${most} ms`);
  }
  return all;
}

/** A process for each shape: what another one has used outside of the heap could hide what this one needs. */
async function memoryOf(places: readonly Place[], host: Host, progress: Progress): Promise<Measured[]> {
  const all: Measured[] = [];
  const shapes = places.flatMap((place) => Object.keys(place.shapes).map((shape) => ({ place, shape })));
  const waiting = shapes.values();
  const work = async () => {
    for (const { place, shape } of waiting) {
      const order: Order = { place: place.name, shape, what: 'memory' };
      const first = { costs: await inItsOwnProcess(order, 'eager', host), whole: true };
      all.push({ place, shape, tries: await again(first, order, MEMORY, ['eager', 'eager'], host) });
      progress.count('memory of shapes', all.length, shapes.length);
    }
  };
  await Promise.all(Array.from({ length: MEMORY_AT_ONCE }, work));
  return all;
}

/** What breaks a bound is measured again, in processes of its own. */
async function again(first: Try, order: Order, bounds: Bounds, collectors: readonly Collector[], host: Host): Promise<Try[]> {
  const tries = [first];
  for (const collector of collectors) {
    if (!isWorthAnotherTry(tries, bounds)) break;
    tries.push({ costs: await inItsOwnProcess(order, collector, host), whole: collector !== 'none' });
  }
  return tries;
}

async function inItsOwnProcess(order: Order, collector: Collector, host: Host): Promise<readonly number[]> {
  const measurer = host.start(collector);
  try {
    return await measurer.measure(order);
  } finally {
    measurer.close();
  }
}

function worst(all: readonly Measured[], of: (tries: readonly Try[]) => number): number {
  return round(Math.max(...all.map(({ tries }) => of(tries))));
}

function findings(all: readonly Measured[], bounds: Bounds, unit: string): string[] {
  return all
    .filter(({ tries }) => !isWithin(tries, bounds))
    .map(({ place, shape, tries }) => {
      const sizes = sizesOf(place);
      const lines = tries.map(({ costs }) => costs.map((cost, index) => `${sizes[index]}: ${round(cost, 1)}`).join(', '));
      return `${place.name}, ${shape} (${unit} by bytes):\n  ${lines.join('\n  ')}`;
    });
}
