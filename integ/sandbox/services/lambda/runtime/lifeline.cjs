'use strict';
// Kills the process and its children when the sandbox has ended and its end of this pipe closes. It runs in a thread with its own event
// loop, which a handler that never returns can't block.
const { Socket } = require('node:net');

const LIFELINE = 3;

function end() {
  for (const target of [-process.pid, process.pid]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // The process does not lead a process group.
    }
  }
}

new Socket({ fd: LIFELINE, readable: true, writable: false }).on('error', end).on('close', end).resume();
