'use strict';
const Module = require('node:module');
const path = require('node:path');

/** Finds what code requires by its place in Lambda, `/opt/nodejs/shared`, in the folder that stands for /opt. */
function findLayers(folder) {
  if (folder === undefined) {
    return;
  }
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (request, ...rest) =>
    resolve.call(Module, request.startsWith('/opt/') ? path.join(folder, request.slice('/opt/'.length)) : request, ...rest);
}

module.exports = { findLayers };
