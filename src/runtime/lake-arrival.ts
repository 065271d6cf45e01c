/**
 * After this time, a change has arrived in a lake, or is in quarantine: a stream keeps a change for 24 hours, Firehose tries for 24 hours to
 * deliver it, and one hour more for what the pipe collects.
 */
export const LAKE_ARRIVAL_SECONDS = 49 * 3_600;
