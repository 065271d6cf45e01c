import { foreignApp } from '../../foreign-app';
import type { RunningApp } from '../../running-app';

const visit = async (app: RunningApp) => (await app.http(`${app.output('Url')}home`, { method: 'POST' })).body;

export default foreignApp('nested-stacks', {
  shows: 'An API, its function and its table in three stacks, two of them nested',
  questions: [
    {
      asks: 'POST /home three times',
      ask: async (app) => [await visit(app), await visit(app), await visit(app)],
      answer: ['home: 1', 'home: 2', 'home: 3'],
    },
  ],
});
