/** Names that the app and the proof share. */
export const NAMES = { stack: 'Lake', lake: 'lake', table: 'grades', reports: 'Reports' } as const;
