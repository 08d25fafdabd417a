// The agents as a board of cards. Only those in sight are in the document, so two thousand cost what forty do.
import { ALL, LONG } from "./state.js";
import { count, duration, make, mark, write } from "./figures.js";

const CARD = { width: 184, height: 58, gap: 8 };
const RANKS = { offered: 1, assigned: 1, wrapping: 1, away: 2, idle: 3, off: 4 }; // what a supervisor looks at first
const OFFLINE = "Offline";
const ORDER = new Intl.Collator("en", { numeric: true });
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: "-row", ArrowDown: "+row", Home: "first", End: "last", PageUp: "-page", PageDown: "+page" };

// What an agent does: in words, how it is coloured, since when, and whether that is long.
export function doing(state, agent, now) {
  const activity = state.activity(agent.activity);
  if (agent.work.length) {
    const accepted = agent.work.filter(([, , step]) => step !== "offered");
    const [task, channel, step, since] = (accepted.length ? accepted : agent.work)[0];
    const more = agent.work.length > 1 ? ` +${agent.work.length - 1}` : "";
    const words = `${state.channelName(channel)} ${step === "offered" ? "ringing" : step === "assigned" ? "talking" : "wrapping up"}${more}`;
    return { words, tone: step, since, over: now - since > LONG[step], task, activity: activity.name };
  }
  const tone = activity.available ? "idle" : activity.name === OFFLINE ? "off" : "away";
  return { words: activity.name, tone, since: agent.since, over: tone === "away" && now - agent.since > LONG.away, task: null, activity: activity.name };
}

export class Agents {
  constructor({ grid, counted, chips, find, sort, none, onOpen }) {
    Object.assign(this, { grid, counted, chips, find, sort, none, onOpen });
    this.space = grid.firstElementChild;
    this.cards = new Map(); // by the agent's id, those in the document
    this.spare = [];
    this.list = [];
    this.active = null; // the id of the agent that the keyboard is at
    this.activity = null; // the only one shown
    this.dirty = true;
    this.sortedAt = 0;
    grid.addEventListener("scroll", () => this.paint(), { passive: true });
    grid.addEventListener("keydown", (event) => this.key(event));
    grid.addEventListener("click", (event) => {
      const card = event.target.closest("[role=option]");
      if (card) this.choose(Number(card.dataset.agent));
    });
    for (const control of [find, sort]) control.addEventListener("input", () => this.again());
    new ResizeObserver(() => this.paint()).observe(grid);
  }

  again() {
    this.dirty = true;
    this.refresh?.();
  }

  show(state, queue, channel, now, patience) {
    Object.assign(this, { state, now });
    this.showChips(state);
    if (this.dirty || performance.now() - this.sortedAt >= patience) this.select(state, queue, channel, now);
    this.paint();
  }

  select(state, queue, channel, now) {
    const text = this.find.value.trim().toLowerCase();
    const found = [];
    for (const agent of state.agents.values()) {
      const who = state.who.get(agent.id);
      if (!who || (queue !== ALL && !who.queues.has(queue))) continue;
      if (channel !== ALL && !agent.work.some(([, its]) => its === channel)) continue;
      if (text && !who.name.toLowerCase().includes(text)) continue;
      const does = doing(state, agent, now);
      if (this.activity !== null && this.activity !== does.activity) continue;
      found.push({ id: agent.id, name: who.name, does });
    }
    const byName = (one, other) => ORDER.compare(one.name, other.name) || one.id - other.id;
    const rank = ({ does }) => (does.over ? 0 : RANKS[does.tone]);
    found.sort(this.sort.value === "name" ? byName : (one, other) => rank(one) - rank(other) || one.does.since - other.does.since || byName(one, other));
    this.list = found.map(({ id }) => id);
    this.places = new Map(this.list.map((id, place) => [id, place]));
    this.dirty = false;
    this.sortedAt = performance.now();
    const over = found.filter(({ does }) => does.over).length;
    write(this.counted, `${count(found.length)} of ${count(state.agents.size)}${over ? ` · ${count(over)} over time` : ""}`);
    this.none.hidden = found.length > 0;
    this.grid.hidden = found.length === 0;
  }

  showChips(state) {
    const counts = new Map(state.names.activities.map(([, name]) => [name, 0]));
    for (const agent of state.agents.values()) {
      const { name } = state.activity(agent.activity);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    for (const [name, number] of counts) {
      let chip = [...this.chips.children].find((each) => each.dataset.activity === name);
      if (!chip) {
        chip = make("button", { type: "button", "data-activity": name }, make("span"), make("b"));
        chip.addEventListener("click", () => {
          this.activity = this.activity === name ? null : name;
          this.again();
        });
        this.chips.append(chip);
      }
      write(chip.firstChild, name);
      write(chip.lastChild, count(number));
      mark(chip, "aria-pressed", String(this.activity === name));
      chip.hidden = number === 0 && this.activity !== name;
    }
    for (const chip of [...this.chips.children]) if (!counts.has(chip.dataset.activity)) chip.remove();
  }

  measure() {
    const style = getComputedStyle(this.grid);
    const width = this.grid.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    this.columns = Math.max(1, Math.floor((width + CARD.gap) / (CARD.width + CARD.gap)));
    this.width = (width - (this.columns - 1) * CARD.gap) / this.columns;
    this.page = Math.max(1, Math.floor(this.grid.clientHeight / (CARD.height + CARD.gap)));
  }

  paint() {
    if (!this.state || this.grid.hidden) return;
    this.measure();
    const step = CARD.height + CARD.gap;
    this.space.style.height = `${Math.max(0, Math.ceil(this.list.length / this.columns) * step - CARD.gap)}px`;
    const first = Math.max(0, Math.floor(this.grid.scrollTop / step) - 1) * this.columns;
    const last = Math.min(this.list.length, (Math.ceil((this.grid.scrollTop + this.grid.clientHeight) / step) + 1) * this.columns);
    const shown = new Set(this.list.slice(first, last));
    if (this.active !== null && this.places.has(this.active)) shown.add(this.active);
    for (const [id, card] of this.cards) {
      if (!shown.has(id)) {
        this.cards.delete(id);
        card.remove();
        this.spare.push(card);
      }
    }
    for (const id of shown) this.draw(id);
    mark(this.grid, "aria-activedescendant", this.cards.has(this.active) ? `agent-${this.active}` : null);
  }

  draw(id) {
    const agent = this.state.agents.get(id);
    if (!agent) return;
    let card = this.cards.get(id);
    if (!card) {
      card = this.spare.pop() ?? make("div", { role: "option", class: "agent" }, make("span", { class: "name" }), make("span", { class: "long" }), make("span", { class: "does" }));
      card.id = `agent-${id}`;
      card.dataset.agent = id;
      this.cards.set(id, card);
      this.space.append(card);
    }
    const place = this.places.get(id);
    const does = doing(this.state, agent, this.now);
    const [x, y] = [(place % this.columns) * (this.width + CARD.gap), Math.floor(place / this.columns) * (CARD.height + CARD.gap)];
    const where = `translate(${x}px, ${y}px)`;
    if (card.style.transform !== where) card.style.transform = where;
    const width = `${this.width}px`;
    if (card.style.width !== width) card.style.width = width;
    write(card.children[0], this.state.who.get(id)?.name ?? "");
    write(card.children[1], `${does.over ? "▲ " : ""}${duration(this.now - does.since)}`);
    write(card.children[2], does.words);
    mark(card, "data-tone", does.tone);
    mark(card, "data-over", does.over ? "" : null);
    mark(card, "aria-selected", String(this.active === id));
    mark(card, "aria-posinset", place + 1);
    mark(card, "aria-setsize", this.list.length);
  }

  key(event) {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (this.active !== null) this.choose(this.active);
      return;
    }
    const step = STEPS[event.key];
    if (step === undefined || !this.list.length) return;
    event.preventDefault();
    const from = this.places.get(this.active) ?? -1;
    const moves = { "-row": -this.columns, "+row": this.columns, "-page": -this.columns * this.page, "+page": this.columns * this.page };
    const to = step === "first" ? 0 : step === "last" ? this.list.length - 1 : from < 0 ? 0 : from + (moves[step] ?? step);
    this.active = this.list[Math.min(this.list.length - 1, Math.max(0, to))];
    const row = Math.floor(this.places.get(this.active) / this.columns) * (CARD.height + CARD.gap);
    if (row < this.grid.scrollTop) this.grid.scrollTop = row;
    else if (row + CARD.height > this.grid.scrollTop + this.grid.clientHeight) this.grid.scrollTop = row + CARD.height - this.grid.clientHeight + CARD.gap;
    this.paint();
  }

  choose(id) {
    this.active = id;
    this.paint();
    this.onOpen("agent", id);
  }
}
