'use strict';
// Timers of functions that are on the sandbox's clock: they end by that clock. While a function does nothing but wait for them, the sandbox
// knows until when, so that its clock can be moved there. Intervals pass in this machine's time.
const timers = require('node:timers');
const promises = require('node:timers/promises');
const { syncBuiltinESMExports } = require('node:module');
const { promisify } = require('node:util');

const machine = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
/** Waits that have not ended, by their timers of this machine. */
const pending = new Map();
/** What keeps the event loop alive while a function only waits. */
const WAITS = new Set(['Timeout', 'Immediate', 'PipeWrap', 'TTYWrap']);
/** How soon to look again whether a function only waits, in this machine's time. */
const AGAIN_MS = 10;

/**
 * @param clock `now` in milliseconds, `speed`
 * @param wait lets the sandbox know until when the function waits; resolves then
 */
function followClock(clock, wait) {
  let isLooking = false;
  let isWaiting = false;

  function setTimeoutOnClock(callback, milliseconds, ...values) {
    const delay = milliseconds >= 1 ? Number(milliseconds) : 1;
    const run = () => {
      if (isWaiting || !pending.delete(timer)) return;
      callback(...values);
    };
    const timer = machine.setTimeout(run, Math.min(Math.ceil(delay / clock.speed()), 2 ** 31 - 1));
    pending.set(timer, { due: clock.now() + delay, run });
    look();
    return timer;
  }

  function clearTimeoutOnClock(timer) {
    const known = typeof timer === 'object' ? timer : [...pending.keys()].find((one) => String(Number(one)) === String(timer));
    pending.delete(known);
    machine.clearTimeout(timer);
  }

  /** Looks whether the function only waits, once what it does now has been done. */
  function look() {
    if (isLooking || isWaiting) return;
    isLooking = true;
    setImmediate(() => {
      isLooking = false;
      if (pending.size === 0 || isWaiting) return;
      if (!onlyWaits()) {
        machine.setTimeout(look, AGAIN_MS).unref();
        return;
      }
      isWaiting = true;
      wait(Math.min(...[...pending.values()].map(({ due }) => due))).then(endWaits, endWaits);
    });
  }

  function endWaits() {
    isWaiting = false;
    const due = [...pending].filter(([, one]) => one.due <= clock.now()).sort(([, one], [, other]) => one.due - other.due);
    for (const [timer, { run }] of due) {
      machine.clearTimeout(timer);
      run();
    }
    look();
  }

  const sleep = (milliseconds, value, { signal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        clearTimeoutOnClock(timer);
        reject(signal.reason);
      };
      const timer = setTimeoutOnClock(() => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      }, milliseconds);
      signal?.addEventListener('abort', abort, { once: true });
    });
  setTimeoutOnClock[promisify.custom] = sleep;
  for (const module of [globalThis, timers]) {
    module.setTimeout = setTimeoutOnClock;
    module.clearTimeout = clearTimeoutOnClock;
  }
  promises.setTimeout = sleep;
  syncBuiltinESMExports();
}

/** Whether timers alone keep the event loop alive, and no others than those on the clock. */
function onlyWaits() {
  const all = process.getActiveResourcesInfo();
  return all.every((one) => WAITS.has(one)) && all.filter((one) => one === 'Timeout').length <= pending.size;
}

module.exports = { followClock };
