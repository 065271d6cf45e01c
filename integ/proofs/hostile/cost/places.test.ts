import { type Host, openHost } from './host';
import { PLACES } from './places';

let host: Host;

beforeAll(async () => {
  host = await openHost(() => undefined);
}, 60_000);
afterAll(() => host.close());

// Code that throws where it should reject an input ends the proof, after many minutes.
test.each(PLACES.map(({ name }) => name))(
  '%s takes a small input of each shape',
  async (place) => {
    const measurer = host.start('default');
    try {
      expect(await measurer.measure({ place, what: 'open' })).toEqual([]);
    } finally {
      measurer.close();
    }
  },
  30_000,
);
