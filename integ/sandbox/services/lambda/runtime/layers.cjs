'use strict';
const Module = require('node:module');
const path = require('node:path');

/** Resolves modules that code requires by their path in Lambda, such as `/opt/nodejs/shared`, in the folder used as /opt. */
function findLayers(folder) {
  if (folder === undefined) {
    return;
  }
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (request, ...rest) =>
    resolve.call(Module, request.startsWith('/opt/') ? path.join(folder, request.slice('/opt/'.length)) : request, ...rest);
}

module.exports = { findLayers };
