import { quoted } from '#lib/text';
import { InvalidReleaseError } from '../errors.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAY = 86_400_000;

/** A number and the width that it is filled to, or a text. */
type Field = string | readonly [value: number, width: number, fill?: '0' | ' '];

/**
 * A time in UTC by a format of `date` (POSIX strftime in the C locale, and GNU's flags -, _, 0, ^), which is how upstream
 * reads `timestampFormat`.
 *
 * @throws {InvalidReleaseError} for a directive that it does not know
 */
export function strftime(format: string, time: Date): string {
  return format.replaceAll(/%([-_0^]?)([a-zA-Z%])|%/g, (all, flag: string = '', directive?: string) => {
    const field = directive === undefined ? undefined : fields(time)[directive]?.();
    if (field === undefined)
      throw new InvalidReleaseError(
        `timestampFormat ${quoted(format)} has ${quoted(all)}, which is unknown`,
        {
          hint: 'it is a format of date: %Y%m%d%H%M, %s',
        },
      );
    if (typeof field === 'string') return flag === '^' ? field.toUpperCase() : field;
    const [value, width, fill = '0'] = field;
    if (flag === '-') return String(value);
    return String(value).padStart(width, flag === '_' ? ' ' : flag === '0' ? '0' : fill);
  });
}

function fields(time: Date): Readonly<Record<string, () => Field>> {
  const year = time.getUTCFullYear();
  const day = time.getUTCDay();
  const hour = time.getUTCHours();
  const hour12 = hour % 12 === 0 ? 12 : hour % 12;
  const ofYear = Math.floor((time.getTime() - Date.UTC(year, 0, 1)) / DAY);
  const part = (format: string) => () => strftime(format, time);
  return {
    '%': () => '%',
    n: () => '\n',
    t: () => '\t',
    Y: () => [year, 4],
    C: () => [Math.floor(year / 100), 2],
    y: () => [year % 100, 2],
    m: () => [time.getUTCMonth() + 1, 2],
    B: () => MONTHS[time.getUTCMonth()] ?? '',
    b: () => (MONTHS[time.getUTCMonth()] ?? '').slice(0, 3),
    h: part('%b'),
    d: () => [time.getUTCDate(), 2],
    e: () => [time.getUTCDate(), 2, ' '],
    j: () => [ofYear + 1, 3],
    A: () => DAYS[day] ?? '',
    a: () => (DAYS[day] ?? '').slice(0, 3),
    u: () => [day === 0 ? 7 : day, 1],
    w: () => [day, 1],
    U: () => [Math.floor((ofYear + 7 - day) / 7), 2],
    W: () => [Math.floor((ofYear + 7 - ((day + 6) % 7)) / 7), 2],
    V: () => [isoWeek(time).week, 2],
    G: () => [isoWeek(time).year, 4],
    g: () => [isoWeek(time).year % 100, 2],
    H: () => [hour, 2],
    k: () => [hour, 2, ' '],
    I: () => [hour12, 2],
    l: () => [hour12, 2, ' '],
    M: () => [time.getUTCMinutes(), 2],
    S: () => [time.getUTCSeconds(), 2],
    N: () => [time.getUTCMilliseconds() * 1_000_000, 9],
    s: () => [Math.floor(time.getTime() / 1000), 1],
    p: () => (hour < 12 ? 'AM' : 'PM'),
    P: () => (hour < 12 ? 'am' : 'pm'),
    Z: () => 'UTC',
    z: () => '+0000',
    F: part('%Y-%m-%d'),
    D: part('%m/%d/%y'),
    x: part('%m/%d/%y'),
    T: part('%H:%M:%S'),
    X: part('%H:%M:%S'),
    R: part('%H:%M'),
    r: part('%I:%M:%S %p'),
    c: part('%a %b %e %H:%M:%S %Y'),
  };
}

/** The week of ISO 8601, which begins on a Monday and belongs to the year of its Thursday. */
function isoWeek(time: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(time.getTime() + (4 - (time.getUTCDay() || 7)) * DAY);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY / 7) + 1 };
}
