/**
 * A cache by tenant with a limited number of values. A value that has to make room is the one of two, chosen at random, that was not used
 * for longer.
 *
 * Dropping exactly the least recently used value would make the cache useless for one tenant more than it has room for, if they come in
 * turn: each would be dropped just before it is needed again. By chance, nearly all remain.
 */
export class Recent<Value> {
  private readonly places = new Map<string, Place<Value>>();
  private readonly all: Place<Value>[] = [];
  private uses = 0;

  /** @param random at least 0 and below 1 */
  constructor(
    private readonly most: number,
    private readonly random: () => number,
  ) {
    if (!Number.isInteger(most) || most < 1) throw new TypeError(`invalid cache size ${most}: expected a positive integer`);
  }

  get size(): number {
    return this.all.length;
  }

  get(tenant: string): Value | undefined {
    const place = this.places.get(tenant);
    if (place === undefined) return undefined;
    place.usedAt = ++this.uses;
    return place.value;
  }

  set(tenant: string, value: Value): void {
    const usedAt = ++this.uses;
    const place = this.places.get(tenant);
    if (place !== undefined) {
      place.value = value;
      place.usedAt = usedAt;
      return;
    }
    if (this.all.length >= this.most) this.delete(this.oldestOfTwo());
    const added = { tenant, value, usedAt, at: this.all.length };
    this.all.push(added);
    this.places.set(tenant, added);
  }

  delete(tenant: string): void {
    const place = this.places.get(tenant);
    if (place === undefined) return;
    this.places.delete(tenant);
    const last = this.all.pop();
    // The last one takes the free place.
    if (last === undefined || last === place) return;
    last.at = place.at;
    this.all[place.at] = last;
  }

  private oldestOfTwo(): string {
    const count = this.all.length;
    const first = Math.floor(this.random() * count);
    // Another one than the first, if there is one.
    const second = (first + 1 + Math.floor(this.random() * Math.max(1, count - 1))) % count;
    const [one, other] = [this.all[first], this.all[second]];
    return one.usedAt < other.usedAt ? one.tenant : other.tenant;
  }
}

interface Place<Value> {
  readonly tenant: string;
  value: Value;
  usedAt: number;
  /** Its index in the list of all. */
  at: number;
}
