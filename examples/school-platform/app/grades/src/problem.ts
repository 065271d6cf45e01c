/** A reason why a request gets no other answer than an error: its message is part of the answer. */
export class Problem extends Error {
  constructor(
    public readonly status: 400 | 401 | 403 | 404 | 409 | 422 | 503,
    message: string,
  ) {
    super(message);
  }
}
