/** The error of an entry that cannot be executed as it is, with what to do instead. */
export function rejection(message: string): Error {
  return Object.assign(new Error(message), { name: 'Rejected' });
}
