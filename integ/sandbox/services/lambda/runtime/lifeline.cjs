'use strict';
// Kills the process and its children when the sandbox has ended and its end of this pipe closes. It runs in a thread with its own event
// loop, which a handler that never returns can't block.
const { Socket } = require('node:net');

const LIFELINE = 3;

/** The process group of the function: its process, what it started, and bubblewrap. */
const end = () => process.kill(0, 'SIGKILL');

new Socket({ fd: LIFELINE, readable: true, writable: false }).on('error', end).on('close', end).resume();
