#!/usr/libexec/bootc-catalog/node NODE_FLAG
// Runs the bundle beside it from V8's code cache, which the first run that may write leaves there.
// Not module.enableCompileCache: that one is kept per user id, and a cluster picks ids that no image build knows.
const { accessSync, constants, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

const filename = `${__filename}.js`;
// V8 compares only the length of the source, so the name of its cache holds a digest of it. The version of Node is
// found out here, not when bundling: what is bundled is the same whatever Node bundles it. V8 also refuses what was made
// under other flags than those of now: no step sets any before it has much to do, and who starts a step by hand without
// ours takes nothing from those who have it.
const cacheFile = `${__filename}.BUNDLE_DIGEST.${process.version}.cache`;

const cachedData = readCache();
// The first run, which may only ask for help, does not show which functions the others call.
const compilesAll = cachedData === undefined && mayWriteCache();
if (compilesAll) require('node:v8').setFlagsFromString('--no-lazy');
const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
if (compilesAll) require('node:v8').setFlagsFromString('--lazy');
const isRefused = script.cachedDataRejected && process.execArgv.join(' ') === 'NODE_FLAG';
if (cachedData === undefined || isRefused) process.once('exit', writeCache);
script.runInThisContext()(require, module, exports);

function readCache() {
  try {
    return readFileSync(cacheFile);
  } catch {
    return undefined;
  }
}

function mayWriteCache() {
  try {
    accessSync(dirname(cacheFile), constants.W_OK);
    return true;
  } catch {
    // A read-only image.
    return false;
  }
}

function writeCache() {
  const unfinished = `${cacheFile}.${process.pid}`;
  try {
    writeFileSync(unfinished, script.createCachedData());
    renameSync(unfinished, cacheFile);
  } catch {
    // The step only starts slower.
  }
}
