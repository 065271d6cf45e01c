/**
 * SQL about the changes of an item. The time comes first, so that rows of a backfill, which have no sequence number, have their place;
 * changes of one second are ordered by the sequence number, whose digits are compared as a number.
 */
export const LAST_CHANGE_FIRST = '"changed_at" DESC, length("sequence") DESC, "sequence" DESC';

/** The condition that an item is not marked as deleted. */
export const NOT_DELETED = `("deleted_at" IS NULL OR "deleted_at" = '{"null":true}')`;
