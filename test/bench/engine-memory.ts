// Runs the objects of a file and tells the most memory that this process has had: engine-memory.ts FILE RUNS-DIRECTORY
import { loadFiles, parseImageMapping, runPipeline, sortObjects } from '#lib/local';

const [file = '', runsDirectory = ''] = process.argv.slice(2);
const { status, seconds } = await runPipeline({
  objects: sortObjects(await loadFiles([file])),
  imageMap: [parseImageMapping('*=rootfs:/')],
  runsDirectory,
});
const megabytes = process.resourceUsage().maxRSS / 1_000;
console.log(`${megabytes.toFixed(0)} MB, ${status} after ${seconds.toFixed(1)} s`);
