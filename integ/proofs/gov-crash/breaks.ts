import type { Break } from '../../systems/gov-sync/break-assembly';

export const BREAKS: Readonly<Record<string, Break>> = {
  'no-record': {
    what: 'a send of which no answer was judged counts as never made',
    changes: [
      {
        file: 'steps/decide.ts',
        from: "{ status: 'WAITING', unknownSince: unknownSince ?? sentAt, reason: 'it may have been sent: no answer was judged' }",
        to: "{ status: 'WAITING' }",
      },
    ],
  },
};
