import { randomArrivals } from '../../../kit/load/arrivals';
import { startLoadClient } from '../../../kit/load/load-client';
import { generator } from '../../../kit/random';
import { lesson } from '../grades';
import type { RunningPlatform } from '../platform';
import { createTimeline, type Timeline } from './timeline';

const PER_SECOND = 30;
const WARM_UP_SECONDS = 10;
/** More than the demo takes. */
const MOST_SECONDS = 300;
const SEED = 1;

/** Teachers of all schools who register grades until the lessons end. */
export interface Lessons {
  readonly timeline: Timeline;
  end(): Promise<void>;
  close(): void;
}

/**
 * Starts the lessons, after a warm-up that is not part of the timeline: sessions of all schools are open then, as they are during a school day.
 * The load is open-loop, in a process of its own.
 */
export async function startLessons({ apiUrl, token }: RunningPlatform, schools: readonly string[]): Promise<Lessons> {
  const client = startLoadClient();
  const random = generator(SEED);
  const load = (seconds: number, name: string) => ({
    origin: apiUrl,
    requests: lesson({ schools, token }, { arrivals: randomArrivals(PER_SECOND, seconds, random), random, name, writes: 1 }),
  });
  await client.send(load(WARM_UP_SECONDS, 'warm-up'));
  const lessons = load(MOST_SECONDS, 'lesson');
  const timeline = createTimeline();
  const answered = client.send(lessons, (answer) => timeline.answered(answer, lessons.requests[answer.index].dueMs));
  return {
    timeline,
    async end() {
      client.stop();
      await answered;
    },
    close: client.close,
  };
}
