const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The three forms that a recipient must accept (RFC 9110, section 5.6.7). */
const FORMS = [
  /^[A-Z][a-z]{2}, (?<day>\d{2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^[A-Z][a-z]{5,8}, (?<day>\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/,
];

/**
 * Reads a date of an HTTP header, in milliseconds since the epoch. `Date.parse` would also accept text that is no date of HTTP, such as `1`.
 *
 * @param now decides the century of a year with two digits: no date is more than 50 years ahead
 * @returns undefined if it is no date
 */
export function readHttpDate(text: string, now: number): number | undefined {
  const groups = FORMS.map((form) => form.exec(text)?.groups).find((found) => found !== undefined);
  if (groups === undefined) return undefined;
  const [hours, minutes, seconds] = groups.time.split(':').map(Number);
  const [month, day] = [MONTHS.indexOf(groups.month), Number(groups.day)];
  if (month < 0 || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const year = groups.year.length === 2 ? fullYear(Number(groups.year), now) : Number(groups.year);
  const date = new Date(Date.UTC(year, month, day));
  // 31 February would be a day of March.
  if (date.getUTCDate() !== day) return undefined;
  return date.setUTCHours(hours, minutes, seconds);
}

function fullYear(lastDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + lastDigits;
  return year > thisYear + 50 ? year - 100 : year;
}
