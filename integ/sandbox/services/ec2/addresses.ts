import { BlockList, isIP } from 'node:net';
import { addressOfNumber, numberOfAddress } from '../../assembly/cidr';

/** Whether an address is in a block, of IPv4 or IPv6: `10.0.0.0/16`, `2001:db8::/32`. */
export function contains(cidr: string, address: string): boolean {
  const [network, prefix] = cidr.split('/');
  const family = isIP(network);
  if (family === 0 || isIP(address) !== family) return false;
  const block = new BlockList();
  block.addSubnet(network, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  return block.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** The prefix length of a block. The longest one that contains an address decides its route. */
export function prefixLength(cidr: string): number {
  return Number(cidr.split('/')[1]);
}

/** Whether a block is all addresses of its family. A public name has one of them. */
export function isEverything(cidr: string): boolean {
  return prefixLength(cidr) === 0;
}

/** Whether it is a block with the host part zero, as EC2 requires. */
export function isBlock(cidr: string): boolean {
  const [network, prefix = ''] = cidr.split('/');
  if (!/^\d{1,3}$/.test(prefix)) return false;
  if (isIP(network) === 6) return Number(prefix) <= 128;
  return isIP(network) === 4 && Number(prefix) <= 32 && numberOfAddress(network) % 2 ** (32 - Number(prefix)) === 0;
}

/** The addresses of an IPv4 block that interfaces may have. Documented: "Subnet CIDR blocks": the first four and the last one are reserved. */
export function* freeAddresses(cidr: string): Iterable<string> {
  const [network, prefix] = cidr.split('/');
  const first = numberOfAddress(network);
  const last = first + 2 ** (32 - Number(prefix)) - 1;
  for (let address = first + 4; address < last; address += 1) yield addressOfNumber(address);
}

/** Whether two IPv4 blocks share an address: then one of them contains the other. */
export function overlap(one: string, other: string): boolean {
  return contains(one, other.split('/')[0]) || contains(other, one.split('/')[0]);
}
