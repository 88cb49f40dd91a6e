export {
  type BreakpointReached,
  type Emit,
  emitTo,
  type RunEvent,
  type RunStatus,
  type Sink,
} from './events.ts';
export { type Labels, makeLabels } from './label.ts';
export { type LogLine, logLine, parseLogLine } from './log-line.ts';
export { elapsed } from './model/elapsed.ts';
export { errorLines } from './model/error-lines.ts';
export { isEvent, isObject } from './model/is-event.ts';
export { logTail } from './model/log-tail.ts';
export { findEvent, readEvents } from './model/read-events.ts';
export { type RunModel, runModel, type TaskModel, type TaskRunModel } from './model/run-model.ts';
export { type PlainNode, plainGraphSvg } from './picture/plain-graph.ts';
export { runPicture } from './picture/run-picture.ts';
export { runsPage } from './picture/runs-page.ts';
export type { Ending, Way, WaysOn } from './sinks/ending.ts';
export { github, gitlab, groupedSink } from './sinks/grouped.ts';
export { jsonSink } from './sinks/json.ts';
export { type Detail, plainSink } from './sinks/plain.ts';
export { junitReport, markdownReport, reportSink } from './sinks/report.ts';
export { treeSink } from './sinks/tree.ts';
export type { RunSummary, StoredRun } from './stored-run.ts';
