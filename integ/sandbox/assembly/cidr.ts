import { AssemblyError } from './errors';

/** `Fn::Cidr` for IPv4: the first `count` subnets of `2^bits` addresses in a block. */
export function cidrBlocks(block: string, count: number, bits: number, at: string): string[] {
  const match = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(block);
  if (match === null) {
    throw new AssemblyError(`${at}: Fn::Cidr of ${block} is not supported: it must be an IPv4 block`);
  }
  const [size, room] = [2 ** bits, 2 ** (32 - Number(match[2]))];
  const first = numberOfAddress(match[1]);
  const start = first - (first % room);
  if (!(count >= 1 && count <= 256) || count * size > room) {
    throw new AssemblyError(`${at}: Fn::Cidr cannot divide ${block} into ${count} blocks of ${size} addresses`);
  }
  return Array.from({ length: count }, (_, index) => `${addressOfNumber(start + index * size)}/${32 - bits}`);
}

/** An IPv4 address as a number. */
export function numberOfAddress(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

/** The IPv4 address of a number. */
export function addressOfNumber(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
