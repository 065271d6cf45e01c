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
  /** As a multiple of `referenceTime`. */
  readonly worstTime: number;
  readonly worstMemoryDoubling: number;
  readonly worstMiB: number;
}

export interface Costs {
  readonly figures: CostFigures;
  /** Descriptions of broken limits. */
  readonly findings: readonly string[];
}

interface Measured {
  readonly place: Place;
  readonly shape: string;
  readonly tries: readonly Try[];
}

/** Measures the cost of inputs of growing size in every place that reads a caller's input. */
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
        worstTime: worst(time, mostCost),
        worstMemoryDoubling: worst(memory, (tries) => worstDoubling(tries, MEMORY)),
        worstMiB: worst(memory, mostCost),
      },
      findings: [...findings(time, TIME, 'times the reference'), ...findings(memory, MEMORY, 'MiB')],
    };
  } finally {
    host.close();
  }
}

/** One process per place, so that its code is as warm as in a long-running function. */
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
        progress.count('measuring time, by shape', all.length, total);
      }
    } finally {
      measurer.close();
    }
    const here = all.filter((measured) => measured.place === place);
    const [doubling, most] = [worst(here, (tries) => worstDoubling(tries, TIME)), worst(here, mostCost)];
    progress.step(`${place.name}: doubled ${doubling}, at most ${most} times the reference`);
  }
  return all;
}

/** One process per shape, because memory that another shape used outside the heap could hide what this one needs. */
async function memoryOf(places: readonly Place[], host: Host, progress: Progress): Promise<Measured[]> {
  const all: Measured[] = [];
  const shapes = places.flatMap((place) => Object.keys(place.shapes).map((shape) => ({ place, shape })));
  const waiting = shapes.values();
  const work = async () => {
    for (const { place, shape } of waiting) {
      const order: Order = { place: place.name, shape, what: 'memory' };
      const first = { costs: await inItsOwnProcess(order, 'eager', host), whole: true };
      all.push({ place, shape, tries: await again(first, order, MEMORY, ['eager', 'eager'], host) });
      progress.count('measuring memory, by shape', all.length, shapes.length);
    }
  };
  await Promise.all(Array.from({ length: MEMORY_AT_ONCE }, work));
  return all;
}

/** Measures again, in new processes, what breaks a limit. */
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
      const lines = tries.map(({ costs }) => costs.map((cost, index) => `${sizes[index]}: ${round(cost, 3)}`).join(', '));
      return `${place.name}, ${shape} (${unit} by bytes):\n  ${lines.join('\n  ')}`;
    });
}
