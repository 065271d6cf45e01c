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
  /** Milliseconds or MiB, by size; fewer sizes if the larger ones would take too long. */
  readonly figures?: readonly number[];
  /** The `referenceTime` of the process, if time was measured. */
  readonly reference?: number;
  readonly error?: string;
}

const WARM_UP = 5;

async function answerTo(order: Order): Promise<Answer> {
  const place = PLACES.find(({ name }) => name === order.place);
  if (place === undefined) throw new Error(`found no place ${order.place}`);
  const subject = await opened(place, order.what === 'open' ? 1 : WARM_UP);
  if (order.what === 'open') return { figures: [] };
  const { shape, what } = order;
  // Created for each size, so that it can be collected afterwards.
  const inputOf = (size: number) => place.shapes[shape](size, size);
  const sizes = sizesOf(place);
  if (what === 'memory') return { figures: await peaksOf(subject, inputOf, sizes) };
  reference ??= await referenceTime();
  return { figures: await timesOf(subject, inputOf, sizes), reference };
}

let reference: number | undefined;

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
  answerTo(order).then(
    (answer) => process.send?.(answer),
    (error: Error) => process.send?.({ error: String(error.stack) } satisfies Answer),
  );
});
process.on('disconnect', () => process.exit());
