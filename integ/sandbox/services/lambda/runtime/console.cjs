'use strict';
const util = require('node:util');
const { describe } = require('./errors.cjs');

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/**
 * Makes the console write log lines as the managed runtime does, in plain text or JSON (documented: "Log and monitor Node.js Lambda
 * functions", "Configuring JSON and plain text log formats"). A line break within an entry is sent as a carriage return, so that each
 * entry is one line.
 */
function patchConsole(requestIdOf) {
  const json = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
  const lowest = json ? Math.max(0, levels.indexOf((process.env.AWS_LAMBDA_LOG_LEVEL ?? 'info').toLowerCase())) : 0;
  const write = (level, parameters) => {
    const line = json ? jsonEntry(level, requestIdOf(), parameters) : textEntry(level, requestIdOf(), parameters);
    process.stdout.write(`${line.replace(/\n/g, '\r')}\n`);
  };
  const methods = { log: 'info', info: 'info', debug: 'debug', trace: 'trace', warn: 'warn', error: 'error', fatal: 'fatal' };
  for (const [method, level] of Object.entries(methods)) {
    console[method] = levels.indexOf(level) >= lowest ? (...parameters) => write(level, parameters) : () => {};
  }
}

function textEntry(level, requestId, parameters) {
  return [new Date().toISOString(), requestId, level.toUpperCase(), util.format(...parameters)].join('\t');
}

function jsonEntry(level, requestId, parameters) {
  const entry = { timestamp: new Date().toISOString(), level: level.toUpperCase(), requestId };
  const described = (error) => {
    const { errorType, errorMessage, trace } = describe(error);
    return { errorType, errorMessage, stackTrace: trace };
  };
  if (parameters.length === 1) {
    entry.message = parameters[0] instanceof Error ? described(parameters[0]) : parameters[0];
    try {
      return JSON.stringify(entry);
    } catch {
      return JSON.stringify({ ...entry, message: util.format(parameters[0]) });
    }
  }
  const error = parameters.find((parameter) => parameter instanceof Error);
  return JSON.stringify({ ...entry, message: util.format(...parameters), ...(error === undefined ? {} : described(error)) });
}

module.exports = { patchConsole };
