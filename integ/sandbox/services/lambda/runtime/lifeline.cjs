'use strict';
// Ends the process and all that it started when the sandbox is gone, whatever the function does: this is a thread with an event loop of
// its own, which a handler that never returns does not hold up. The other end of the pipe is the sandbox's, and goes with it.
const { Socket } = require('node:net');

const LIFELINE = 3;

function end() {
  for (const target of [-process.pid, process.pid]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // It leads no process group.
    }
  }
}

new Socket({ fd: LIFELINE, readable: true, writable: false }).on('error', end).on('close', end).resume();
