import { foreignApp } from '../../foreign-app';

export default foreignApp('two-stacks', {
  shows: 'Two stacks with an export, a parameter, a key, an SDK call at deployment and an alias with a URL',
  gaps: [{ type: 'AWS::Lambda::Url' }],
  questions: [
    {
      asks: 'the item that the deployment has written',
      ask: async (app) => app.invoke(app.output('AliasArn'), { name: 'colour' }),
      answer: 'Welcome: colour is green',
    },
    {
      asks: 'another one',
      ask: async (app) => app.invoke(app.output('AliasArn'), { name: 'size' }),
      answer: 'Welcome: size is unknown',
    },
  ],
});
