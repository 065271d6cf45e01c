import type { Break } from '../../systems/gov-sync/break-assembly';

export const BREAKS: Readonly<Record<string, Break>> = {
  'sent-again': {
    what: 'where the API offers nothing, a report whose outcome is unknown is sent again instead of put aside',
    changes: [
      {
        file: 'steps/decide.ts',
        from: "{ action: 'PUT_ASIDE', reason: 'nobody knows whether the API accepted it' }",
        to: "{ action: 'SEND' }",
      },
    ],
  },
};
