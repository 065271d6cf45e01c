/** Times of the sync, in milliseconds. They depend on each other: `test/resilient-gov-sync/limits.test.ts` checks how. */

/** How long an execution has the lease of its period. It is extended when less than half of it is left. */
export const LEASE_MS = 60 * 60_000;
/** A report is not sent with less of the lease left, so that no other execution can have it while the function runs. */
export const LEASE_MARGIN_MS = 5 * 60_000;
/** The timeout of the function, in seconds. */
export const FUNCTION_TIMEOUT_SECONDS = 120;
/**
 * The longest wait of a child execution at a time. A report that waits longer for its look-up is left to the next attempt, so that it does
 * not keep its place in the map: with 5 places, 40 such waits of 15 minutes take two hours, and the next attempt is 6 hours later.
 */
export const LONGEST_WAIT_MS = 15 * 60_000;
/** A turn is this much later than the decision about it, so that the states in between have passed. */
export const LEAD_MS = 500;
/** How much before the API forgets a key it is not used any more. */
export const KEY_MARGIN_MS = 60 * 60_000;
/**
 * After so many turns, a child execution ends, and the next attempt continues: an execution has at most 25,000 events. A turn in which every
 * step is tried as often as it can be has up to 95 of them.
 */
export const MOST_TURNS = 240;
/** So many waits for the data, after which an attempt ends. Each has up to 50 events. */
export const MOST_WAITS = 400;
/** So many passes over the reports, after which the list of an attempt is not made. Each has up to 25 events. */
export const MOST_PASSES = 100;
/** Reports that one pass plans at most. It ends earlier if its time does. */
export const MOST_REPORTS_OF_PASS = 1_000;
/** A pass begins no report with less time left. */
export const PASS_MARGIN_MS = 60_000;
/** Documented: "Step Functions service quotas": input and output of a state have at most 256 KiB. An HTTP Task has the report in it. */
export const MOST_BYTES_IN_STATE = 200 * 1024;
/** The largest report that is read. */
export const MOST_BYTES_OF_REPORT = 16 * 1024 * 1024;
/** The bytes of reports that are in memory at the same time. */
export const MOST_BYTES_IN_FLIGHT = MOST_BYTES_OF_REPORT;
/** Reports that are planned at the same time, if they are small. */
export const MOST_IN_FLIGHT = 20;
