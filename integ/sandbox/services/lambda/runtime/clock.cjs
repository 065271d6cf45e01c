'use strict';
// Sets Date to the time of the sandbox's clock, for functions that are on it. Deadlines pass in this machine's time.
const MachineDate = Date;
let origin;

function now() {
  return Math.floor(origin.time + (MachineDate.now() - origin.machine) * origin.speed);
}

const SandboxDate = new Proxy(MachineDate, {
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget === SandboxDate ? target : newTarget),
  apply: () => new MachineDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

/** @param header the time and the speed of the clock; undefined for a function that is not on it */
function set(header) {
  if (header === undefined) return;
  const [time, speed] = header.split(' ').map(Number);
  origin = { time, speed, machine: MachineDate.now() };
  globalThis.Date = SandboxDate;
}

module.exports = { set, now, speed: () => origin.speed, machineTime: () => MachineDate.now() };
