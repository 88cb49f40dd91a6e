#!/usr/libexec/bootc-catalog/node
// Runs the bundle beside it from V8's code cache, which the first run that may write leaves there.
// Not module.enableCompileCache: that one is kept per user id, and a cluster picks ids that no image build knows.
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

// V8 would let garbage grow by the machine's memory: to read an image of 300,000 files takes 141 MB and not 283, in the
// same time. Before any code is compiled: V8 refuses a code cache that was made under other flags than those of now.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--heap-growing-percent=50');

const filename = `${__filename}.js`;
// V8 compares only the length of the source, so the name of its cache holds a digest of it. The version of Node is
// found out here, not when bundling: what is bundled is the same whatever Node bundles it.
const cacheFile = `${__filename}.BUNDLE_DIGEST.${process.version}.cache`;

const cachedData = readCache();
const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
if (cachedData === undefined || script.cachedDataRejected) process.once('exit', writeCache);
script.runInThisContext()(require, module, exports);

function readCache() {
  try {
    return readFileSync(cacheFile);
  } catch {
    return undefined;
  }
}

function writeCache() {
  const unfinished = `${cacheFile}.${process.pid}`;
  try {
    writeFileSync(unfinished, script.createCachedData());
    renameSync(unfinished, cacheFile);
  } catch {
    // A read-only image: the step only starts slower.
  }
}
