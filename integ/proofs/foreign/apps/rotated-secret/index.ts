import { foreignApp } from '../../foreign-app';

export default foreignApp('rotated-secret', {
  shows: 'A generated secret with a rotation function, and a Python function that reads it',
  gaps: [{ type: 'AWS::SecretsManager::RotationSchedule' }],
  questions: [
    {
      asks: 'what the reader gets of the secret',
      ask: async (app) => app.invoke(app.output('ReaderName')),
      answer: { username: 'reader', length: 24, plain: true, stages: ['AWSCURRENT'] },
    },
  ],
});
