import { join } from 'node:path';
import { folderList } from '../../kit/folder-list';
import type { ForeignApp } from './foreign-app';
import { LIMITS, observe } from './observe';
import { differenceOf, type Observation, verdictOf } from './verdict';

const fixture = (name: string) => observe(join(__dirname, 'fixtures'), name, { ...LIMITS, question: 5 });
const nothing: Observation = { wrong: [], unnamed: [], rejected: [] };

describe('the verdict on an app', () => {
  test.each<[Partial<Observation>, string]>([
    [{}, 'runs'],
    [{ rejected: ['AWS::EventSchemas::Discoverer'] }, 'rejected by name'],
    [{ rejected: ['AWS::EventSchemas::Discoverer'], unnamed: [{ type: 'AWS::EventSchemas::Discoverer' }] }, 'unnamed'],
    [{ rejected: ['AWS::EventSchemas::Discoverer'], wrong: ['GET /: expected 1, received 2'] }, 'wrong'],
    [{ stopped: 'its process ended', wrong: ['GET /: expected 1, received 2'] }, 'stopped'],
  ])('of %j is %s', (observation, expected) => {
    expect(verdictOf({ ...nothing, ...observation })).toBe(expected);
  });

  test('an answer is wrong if any part of it differs', () => {
    expect(differenceOf('GET /', { status: 200, body: 'a' }, { status: 200, body: 'a' })).toBeUndefined();
    expect(differenceOf('GET /', { status: 200, body: 'a' }, { status: 200, body: 'b' })).toBe(
      'GET /: expected {"status":200,"body":"b"}, received {"status":200,"body":"a"}',
    );
    expect(differenceOf('GET /', undefined, null)).toBeDefined();
  });
});

describe('a run', () => {
  test('reports wrong answers, failing questions, and gaps that the sandbox does not name', async () => {
    const { stopped, wrong, unnamed, rejected } = await fixture('differs');
    expect(stopped).toBeUndefined();
    expect(wrong).toEqual([
      'the name again: expected "other", received "fixture"',
      expect.stringContaining("another output: Error: Found no output 'Address': expected one of QueueName"),
    ]);
    expect(unnamed).toEqual([{ type: 'AWS::SQS::Queue' }, { type: 'AWS::SQS::Queue', names: 'DelaySeconds' }]);
    expect(rejected).toContain('AWS::EventSchemas::Discoverer');
  });

  test('that dies at a question has stopped', async () => {
    expect((await fixture('dies')).stopped).toBe('its process ended (SIGKILL) at: question, the last question');
  });

  test('that does not answer in time is ended, and has stopped', async () => {
    expect((await fixture('hangs')).stopped).toBe('it took longer than 5 s at: question, a long question');
  });

  test('of an app that cannot be synthesized has stopped', async () => {
    const { stopped } = await fixture('broken');
    expect(stopped).toContain('synthesis, broken: integ/proofs/foreign/fixtures/broken/app.ts cannot be synthesized');
    expect(stopped).toContain('this app has a mistake');
  });
});

test('each app says what it shows, and asks at least one question', () => {
  const { names, load } = folderList<ForeignApp>(join(__dirname, 'apps'));
  for (const name of names) {
    const { shows, questions } = load(name);
    expect([name, shows]).toEqual([name, expect.stringMatching(/^[A-Z].{15,100}[^.]$/)]);
    expect([name, questions.length]).not.toEqual([name, 0]);
  }
});
