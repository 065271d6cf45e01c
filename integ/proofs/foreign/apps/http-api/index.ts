import { foreignApp } from '../../foreign-app';

export default foreignApp('http-api', {
  shows: 'An HTTP API with a function',
  gaps: [{ type: 'AWS::ApiGatewayV2::Api' }, { type: 'AWS::ApiGatewayV2::Route' }, { type: 'AWS::ApiGatewayV2::Integration' }],
  questions: [
    {
      asks: 'the function of its route, invoked with the event of the API',
      ask: async (app) => app.invoke(app.output('QuoteName'), { version: '2.0', pathParameters: { author: 'Lope' } }),
      answer: { author: 'Lope', quote: 'Mucho ruido', version: '2.0' },
    },
  ],
});
