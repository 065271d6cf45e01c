'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { namedError } = require('./errors.cjs');

/**
 * The function that `Handler` names: `folder/file.export`, where the export may be nested. The file is CommonJS or an ES module
 * (documented: "Define Lambda function handler in Node.js").
 */
async function loadHandler(taskRoot, handler, nodeMajor) {
  const base = path.basename(handler);
  const dot = base.indexOf('.');
  if (dot < 1 || dot === base.length - 1 || handler.includes('..')) {
    throw namedError('Runtime.MalformedHandlerName', `Bad handler: '${handler}' is not of the form file.export`);
  }
  const file = path.join(path.dirname(handler), base.slice(0, dot));
  const names = base.slice(dot + 1).split('.');
  const loaded = await loadModule(taskRoot, file);
  let found = loaded;
  for (const name of names) {
    found = found?.[name];
  }
  found ??= names.length === 1 ? loaded.default?.[names[0]] : undefined;
  if (found === undefined) {
    throw namedError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (typeof found !== 'function') {
    throw namedError('Runtime.HandlerNotFound', `${handler} is not a function`);
  }
  if (nodeMajor >= 24 && found.length >= 3) {
    throw namedError(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. Use a promise-based handler, such as async/await.',
    );
  }
  return found;
}

async function loadModule(taskRoot, file) {
  const found = ['', '.js', '.mjs', '.cjs'].map((extension) => path.join(taskRoot, file + extension)).find(isFile);
  try {
    if (found === undefined) {
      throw namedError('Runtime.ImportModuleError', `Error: Cannot find module '${file}' in ${taskRoot}`);
    }
    return found.endsWith('.mjs') || (found.endsWith('.js') && isModulePackage(path.dirname(found), taskRoot))
      ? await import(pathToFileURL(found).href)
      : require(found);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw namedError('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`);
    }
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
      throw namedError('Runtime.ImportModuleError', `Error: ${error.message}`);
    }
    throw error;
  }
}

const isFile = (candidate) => fs.statSync(candidate, { throwIfNoEntry: false })?.isFile() ?? false;

function isModulePackage(directory, taskRoot) {
  const description = path.join(directory, 'package.json');
  if (isFile(description)) {
    return JSON.parse(fs.readFileSync(description, 'utf8')).type === 'module';
  }
  return directory === taskRoot || path.dirname(directory) === directory ? false : isModulePackage(path.dirname(directory), taskRoot);
}

module.exports = { loadHandler };
