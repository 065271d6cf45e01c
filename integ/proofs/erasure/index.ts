import { setTimeout as pause } from 'node:timers/promises';
import { createObserver } from '../../kit/observer';
import { proof } from '../../kit/proof';
import type { Json } from '../../sandbox';
import { startPlatform } from '../../systems/school-platform/platform';
import { compare, othersIn } from './others';
import { foundIn, OTHER_SCHOOL, type Person, SCHOOL } from './person';
import { type Place, placesOf } from './places';
import { createPlanter } from './plant';
import { ARRIVAL_SECONDS, requestFor } from './request';

const DAY_MS = 86_400_000;

interface Erased {
  readonly id: string;
  readonly passes: number;
  readonly isInterrupted?: boolean;
  readonly state: string;
  readonly erased: Readonly<Record<string, number>>;
  readonly record?: string;
}

/** `npx projen prove erasure`: a student is erased from every place of the example, and no other student is changed. */
export default proof(
  'erasure',
  { shows: 'A student is erased from every place of the platform on request, and no other one is changed', minutes: 15 },
  async ({ progress, use }) => {
    const platform = use(
      await startPlatform({
        ...{ report: progress.step, schools: [SCHOOL, OTHER_SCHOOL], app: 'integ/proofs/erasure/app.ts' },
        // The clock is moved by a day. A compaction in between would move what the proof planted.
        schedules: () => false,
      }),
    );
    const { sandbox } = platform;
    const observer = use(createObserver(sandbox));
    const places = use(placesOf(platform, observer));
    const planter = use(createPlanter(platform, observer));
    const arn = (type: string, path: string) => sandbox.assembly.attribute(platform.resource(type, path), 'Arn');
    const pipe = arn('AWS::Pipes::Pipe', '/Lake/Changes/Pipe');
    const delivered = async () => {
      await sandbox.pipes.caughtUp(pipe);
      await sandbox.deliveryStreams.flush();
    };
    const invoke = async (name: 'Start' | 'Erase', event: object): Promise<Erased> => {
      const { payload, functionError } = await sandbox.functions.invoke(
        arn('AWS::Lambda::Function', `/Erasure/${name}Function/`),
        event as Json,
      );
      if (functionError !== undefined) throw new Error(JSON.stringify(payload));
      const [outcome] = (payload as unknown as { readonly erasures: Erased[] }).erasures;
      return outcome;
    };

    /** Opens an erasure, and waits for the pass that this starts. */
    const open = async (event: object): Promise<Erased> => {
      const { id } = await invoke('Start', event);
      let found: Erased | undefined;
      await until(async () => {
        const [current] = (await places.objects(`erasures/open/${id}.json`)).filter(({ isLatest }) => isLatest);
        const [, ...lines] = current.texts;
        found = JSON.parse(lines.join('\n')) as Erased;
        return found.passes > 0;
      });
      return found as Erased;
    };

    progress.step('teachers register two students, and grade them');
    const person = await planter.register('Zacharias Quellmalz', 'OFFICIAL-4711-0815');
    const other = await planter.register('Another Student', 'OFFICIAL-1111-2222');
    for (const one of [person, other]) {
      await planter.schoolDay(one);
      await planter.misfit(one);
    }
    await planter.sameIdElsewhere(person);
    progress.step('visits are stored, then others wait in the queue');
    await until(async () => (await observer.depth(platform.queueUrl)) === 0);
    await sandbox.functions.pauseEventSources(platform.writerArn);
    for (const one of [person, other]) {
      await planter.schoolDay(one);
      await planter.deadLetter(one);
    }
    await delivered();
    await planter.copies(person);
    progress.step('searching for the student in every place');
    const before = await search(places.all, person);
    for (const name of missing(before)) progress.step(`not found before: ${name}`);
    const leave = await planter.remember(person);
    const othersBefore = await othersIn(places, person);
    const elsewhere = Object.entries(othersBefore).filter(([, texts]) => texts.some((text) => text.includes(person.student)));

    progress.step('erasing, while a change of the student is on its way');
    await sandbox.pipes.stop(pipe);
    await planter.change(person, 'BEHAVIOUR#late');
    const request = requestFor(SCHOOL, person.student);
    const first = await open(request);
    sandbox.pipes.start(pipe);
    await delivered();
    const late = (await places.objects('data/')).flatMap(({ texts }) => texts).filter((text) => text.includes('BEHAVIOUR#late'));
    await pause(ARRIVAL_SECONDS * 1_000);
    progress.step('the last pass');
    const last = await invoke('Erase', {});
    // The stream drops its records.
    sandbox.clock.advance(DAY_MS + 3_600_000);

    progress.step('searching again');
    const after = await search(places.all, person);
    const left = after.flatMap(({ place, found }) => leftIn(place, found).map((what) => `${place.name}: ${what}`));
    for (const line of left) progress.step(`left: ${line}`);
    const changed = compare(othersBefore, await othersIn(places, person));
    for (const line of changed) progress.step(`changed: ${line}`);
    const record = (await places.objects(last.record ?? 'none')).flatMap(({ texts }) => texts).join('\n');
    const recorded = [request.requestedBy, request.reason, '"finishedAt"', '"rows": 0'].every((text) => record.includes(text));
    progress.step('searching once more, with what an erasure that misses a place would leave');
    const unnoticed = new Set(await leave());
    for (const { place, found } of await search(places.all, person)) if (leftIn(place, found).length > 0) unnoticed.delete(place.name);
    const searched = before.filter(({ found }) => found.length > 0);
    const pseudonyms = after.filter(({ place, found }) => place.promised === 'pseudonym' && found.includes('student'));
    return {
      figures: {
        placesBefore: searched.length,
        left: left.length,
        othersChanged: changed.length,
        sameIdElsewhere: elsewhere.map(([place]) => place),
        recorded,
        pseudonyms: pseudonyms.map(({ place }) => place.name),
        erased: last.erased,
      },
      promises: {
        'the student is found in every place before': missing(before).length === 0,
        'name, official id and random id are found in the table, the stream, quarantine and exports before': WHOLE.every((name) =>
          before.some(({ place, found }) => place.name === name && found.length === 3),
        ),
        'nothing is left in any place but the declared pseudonym': left.length === 0,
        'another school has a student of the same id in the table, the lake with older versions, quarantine and exports':
          elsewhere.length === Object.keys(othersBefore).length,
        'no item, row or record of another student is changed': changed.length === 0,
        'a change that was on its way arrived after the first pass': !first.isInterrupted && late.length > 0,
        'a copy that is left in a place is noticed': unnoticed.size === 0,
        'the last pass finishes the erasure': last.state === 'finished',
        'who asked and why is recorded, without the ids': recorded && foundIn([record], person).length === 0,
      },
    };
  },
);

/** Places that have the whole of a person before. */
const WHOLE = ['table', 'stream', 'quarantine', 'exports'];
/** Places that nothing reaches until there is a failure, or an erasure. */
const EMPTY = ['retry queue of visits', 'dead letters of the lake', 'records of erasures', 'traces'];

interface Finding {
  readonly place: Place;
  /** `name`, `officialId`, `student` */
  readonly found: readonly string[];
}

async function search(places: readonly Place[], person: Person): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const place of places) findings.push({ place, found: foundIn(await place.texts(), person) });
  return findings;
}

function missing(findings: readonly Finding[]): string[] {
  return findings.filter(({ place, found }) => found.length === 0 && !EMPTY.includes(place.name)).map(({ place }) => place.name);
}

/** What may not be left: anything, or anything but the random id. */
function leftIn({ promised }: Place, found: readonly string[]): string[] {
  return found.filter((what) => promised !== 'pseudonym' || what !== 'student');
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 120_000;
  while (!(await isDone())) {
    if (Date.now() > end) throw new Error('not within two minutes');
    await pause(500);
  }
}
