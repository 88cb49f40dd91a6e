#!/usr/libexec/bootc-catalog/node
// Runs the bundle beside it from V8's code cache, which the first run that may write leaves there.
// Not module.enableCompileCache: that one is kept per user id, and a cluster picks ids that no image build knows.
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { Script } = require('node:vm');

const filename = `${__filename}.js`;
// V8 compares only the length of the source, so the name of its cache holds a digest of it. The version of Node is
// found out here, not when bundling: what is bundled is the same whatever Node bundles it. V8 also refuses what was made
// under other flags than those of now: no step sets any before it has much to do.
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
