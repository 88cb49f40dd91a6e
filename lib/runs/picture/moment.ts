/** A time as people read it: `2026-11-23 12:00:05 UTC`. A page without a script knows no other zone. */
export function moment(iso: string): string {
  const [, date, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(iso) ?? [];
  return date === undefined ? iso : `${date} ${time} UTC`;
}
