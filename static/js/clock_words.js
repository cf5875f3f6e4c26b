// Times of day and lengths in words, and times as people type them. Pure.

const HOUR = 60;
const NOON = 12;
const TYPED = /^(\d{1,2}?)(?:\s*[:.,h]?\s*(\d{2}))?(?::\d{2})?\s*h?\s*([ap])?\.?(?:m\.?)?$/i;

const two = (number) => String(number).padStart(2, "0");

// Minutes since midnight as a clock shows them: 14:05, or 2:05 pm and 2 pm.
export function clockFace(minutes, twelve) {
  const [hour, minute] = [Math.floor(minutes / HOUR) % 24, minutes % HOUR];
  if (!twelve) {
    return `${two(hour)}:${two(minute)}`;
  }
  return `${hour % NOON || NOON}${minute ? `:${two(minute)}` : ""} ${hour < NOON ? "am" : "pm"}`;
}

// The other way round, null for what is no time; as clock_field.py reads it. `after` (minutes) is
// for those who count to twelve: without am or pm the half of the day is meant that comes after it.
export function readClock(text, after) {
  const found = TYPED.exec(text.trim());
  if (!found) {
    return null;
  }
  const [minute, half] = [Number(found[2] ?? 0), found[3]?.toLowerCase()];
  let hour = Number(found[1]);
  const twelfth = hour >= 1 && hour <= NOON;
  if (half && !twelfth) {
    return null;
  }
  const isLate = half ? half === "p" : after !== undefined && hour * HOUR + minute <= after;
  if (half || (twelfth && isLate)) {
    hour = (hour % NOON) + (isLate ? NOON : 0);
  }
  return hour <= 23 && minute <= 59 ? hour * HOUR + minute : null;
}

// 45 min, 1 h, 1 h 15 min
export function lengthInWords(minutes) {
  const [hours, rest] = [Math.floor(minutes / HOUR), minutes % HOUR];
  return [hours ? `${hours} h` : "", rest ? `${rest} min` : ""].filter(Boolean).join(" ") || "0 min";
}
