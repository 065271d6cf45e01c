import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announce } from './announcement';
import { answerQuestions, askRunning } from './answer';

test('systems that do not know a question are left out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'running-'));
  const one = await answerQuestions({ requests: async (id) => ({ id }) });
  const other = await answerQuestions({ dashboards: async () => [] });
  const takeBack = [announce('one', one.origin, folder), announce('other', other.origin, folder)];
  try {
    expect(await askRunning('requests', 'a/b', folder)).toEqual([{ system: 'one', answer: { id: 'a/b' } }]);
  } finally {
    for (const take of takeBack) take();
    await Promise.all([one.close(), other.close()]);
    rmSync(folder, { recursive: true });
  }
});
