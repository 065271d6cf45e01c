import { AssemblyError } from './errors';

/** `Fn::Cidr` for IPv4: the first `count` subnets of `2^bits` addresses in a block. */
export function cidrBlocks(block: string, count: number, bits: number, at: string): string[] {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(block);
  if (match === null) {
    throw new AssemblyError(`${at}: Fn::Cidr of ${block} is not supported: it must be an IPv4 block`);
  }
  const [a, b, c, d, prefix] = match.slice(1).map(Number);
  const [size, room] = [2 ** bits, 2 ** (32 - prefix)];
  const first = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  const start = first - (first % room);
  if (!(count >= 1 && count <= 256) || count * size > room) {
    throw new AssemblyError(`${at}: Fn::Cidr cannot divide ${block} into ${count} blocks of ${size} addresses`);
  }
  return Array.from({ length: count }, (_, index) => {
    const address = start + index * size;
    return `${[24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')}/${32 - bits}`;
  });
}
