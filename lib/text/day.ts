/** Whether a text is a day that there is, as YYYY-MM-DD. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** Whether a day, as YYYY-MM-DD, is over (UTC). */
export function isOver(day: string, now: Date): boolean {
  return day < now.toISOString().slice(0, 10);
}
