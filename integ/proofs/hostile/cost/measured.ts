// The measuring process: it receives orders and answers each with figures.
import { peaksOf } from './memory';
import { type Place, prepared, type Subject, sizesOf } from './place';
import { PLACES } from './places';
import { referenceTime } from './reference';
import { timesOf } from './time';

export type Order =
  /** Loads the code, and gives it a small input of each shape. It is not measured. */
  { readonly place: string; readonly what: 'open' } | { readonly place: string; readonly shape: string; readonly what: 'time' | 'memory' };

export interface Answer {
  /** MiB, or times as multiples of `referenceTime`, by size; fewer sizes if the larger ones would take too long. */
  readonly figures?: readonly number[];
  readonly error?: string;
}

const WARM_UP = 5;

let reference: number | undefined;

async function figuresOf(order: Order): Promise<number[]> {
  const place = PLACES.find(({ name }) => name === order.place);
  if (place === undefined) throw new Error(`found no place ${order.place}`);
  const subject = await opened(place, order.what === 'open' ? 1 : WARM_UP);
  if (order.what === 'open') return [];
  const { shape, what } = order;
  // Created for each size, so that it can be collected afterwards.
  const inputOf = (size: number) => place.shapes[shape](size, size);
  const sizes = sizesOf(place);
  if (what === 'memory') return peaksOf(subject, inputOf, sizes);
  // Once in a process, which measures many shapes.
  const unit = reference ?? (await referenceTime());
  reference = unit;
  return (await timesOf(subject, inputOf, sizes)).map((time) => time / unit);
}

const subjects = new Map<string, Subject>();

/** The code of a place, warmed up with small inputs of all shapes. */
async function opened(place: Place, warmUp: number): Promise<Subject> {
  const known = subjects.get(place.name);
  if (known !== undefined) return known;
  const subject = await place.open();
  const [smallest] = sizesOf(place);
  for (const shape of Object.values(place.shapes)) {
    const input = prepared(subject, shape(smallest, 0));
    for (let count = 0; count < warmUp; count++) await subject.read(input);
  }
  subjects.set(place.name, subject);
  return subject;
}

process.on('message', (order: Order) => {
  figuresOf(order).then(
    (figures) => process.send?.({ figures } satisfies Answer),
    (error: Error) => process.send?.({ error: String(error.stack) } satisfies Answer),
  );
});
process.on('disconnect', () => process.exit());
