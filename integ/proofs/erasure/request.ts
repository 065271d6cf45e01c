/** How long the proof waits for changes that are on their way. */
export const ARRIVAL_SECONDS = 5;

/** Everything that the example's table has of a student, as its operators ask for it. */
export function requestFor(school: string, student: string) {
  return {
    tenant: school,
    items: [
      { partitionKey: `${school}#STUDENT#${student}`, wholePartition: true },
      { partitionKey: `${school}#STUDENTS`, sortKey: `PROFILE#${student}` },
      { partitionKey: `${school}#EVALUATION`, sortKeyPrefix: `STUDENT#${student}#` },
    ],
    requestedBy: 'TICKET-4711',
    reason: 'Article 17 GDPR, on request of the parents',
  };
}
