// From counts and sums to the field's figures, and to words. The same terms as flexsim/measure/statistics.py.

export function figures(row, now) {
  const judged = row("answered") + row("abandoned_late");
  const since = row("since");
  return {
    offered: row("offered"),
    answered: row("answered"),
    handled: row("handled"),
    abandoned: row("abandoned"),
    lost: row("lost"),
    waiting: row("pending") + row("reserved"),
    longest_waiting: since === null ? 0 : Math.max(0, now - since),
    service_level: judged ? row("answered_in_time") / judged : null,
    asa: row("answered") ? row("wait") / row("answered") : null,
    aht: row("handled") ? row("handle") / row("handled") : null,
  };
}

export function occupancy([busy, idle, busyAgents, idleAgents], seconds) {
  const spent = busy + busyAgents * seconds;
  const staffed = spent + idle + idleAgents * seconds;
  return staffed > 0 ? spent / staffed : null;
}

export const NONE = "–";

export function count(value) {
  return value === null ? NONE : value.toLocaleString("en-US");
}

// To a whole number, halves to the even one: as the command line does it.
function round(value) {
  const whole = Math.round(value);
  return Math.abs(value % 1) === 0.5 && whole % 2 ? whole - 1 : whole;
}

export function share(value) {
  return value === null ? NONE : `${round(value * 100)}%`;
}

export function duration(value) {
  if (value === null) return NONE;
  const seconds = Math.max(0, round(value));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function clock(moment) {
  return new Date(moment * 1000).toISOString().slice(11, 19);
}

export function judgement(level, target) {
  if (level === null) return "none";
  if (level >= target) return "good";
  return level >= target - 0.05 ? "fair" : "poor";
}

// Writes only what has changed: most of a page stays as it is from frame to frame.
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function mark(element, name, value) {
  if (value === null || value === undefined) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
