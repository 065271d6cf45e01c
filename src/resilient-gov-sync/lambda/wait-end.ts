/**
 * The time for a Wait state that must not end earlier. Documented: "Wait workflow state": Step Functions cuts timestamps to whole seconds, so
 * that the state would end up to a second before the time, and everything would be asked again until then.
 */
export function waitEnd(time: number): string {
  return new Date(Math.ceil(time / 1_000) * 1_000).toISOString();
}
