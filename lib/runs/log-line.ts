/** One line that a step wrote. */
export interface LogLine {
  /** ISO 8601. */
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  /** False for a part that another one follows on the same line. */
  readonly isWhole: boolean;
  readonly text: string;
}

/** A line of a log file as the kubelet's are: `<time> stdout F <text>`, with P for a part (Kubernetes' CRI logging). */
export function logLine({ time, stream, isWhole, text }: LogLine): string {
  return `${time} ${stream} ${isWhole ? 'F' : 'P'} ${text}\n`;
}

/** Undefined for what no engine has written. */
export function parseLogLine(line: string): LogLine | undefined {
  const [, time, stream, tag, text] = /^(\S+) (stdout|stderr) ([FP]) (.*)$/s.exec(line) ?? [];
  if (time === undefined || text === undefined) return undefined;
  return { time, stream: stream === 'stderr' ? 'stderr' : 'stdout', isWhole: tag === 'F', text };
}
