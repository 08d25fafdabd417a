// The figures of all, the queues, and the tasks.
import { ALL } from "./state.js";
import { clock, count, duration, figures, judgement, make, mark, occupancy, share, write } from "./figures.js";

const FORMS = {
  service_level: share, occupancy: share, longest_waiting: duration, asa: duration, aht: duration,
  offered: count, handled: count, abandoned: count, waiting: count,
};
const COLUMNS = ["waiting", "longest_waiting", "offered", "handled", "abandoned", "service_level", "asa", "aht"];
const STATES = ["pending", "reserved", "assigned", "wrapping"];

// A table's or list's children by key: made when first needed, taken out when no longer, in the order asked for.
class Children {
  constructor(parent, create) {
    Object.assign(this, { parent, create });
    this.known = new Map();
  }

  show(keys) {
    const wanted = new Set(keys);
    for (const [key, element] of this.known) {
      if (!wanted.has(key)) {
        element.remove();
        this.known.delete(key);
      }
    }
    keys.forEach((key, place) => {
      if (!this.known.has(key)) this.known.set(key, this.create(key));
      const element = this.known.get(key);
      if (this.parent.children[place] !== element) this.parent.insertBefore(element, this.parent.children[place] ?? null);
    });
    return this.known;
  }
}

export class Figures {
  constructor(list) {
    this.tiles = new Map([...list.querySelectorAll("[data-figure]")].map((tile) => [tile.dataset.figure, tile]));
  }

  show(state, queue, channel, now) {
    const found = figures(state.row(queue, channel), now);
    found.occupancy = occupancy(state.spent, Math.max(0, now - state.serverNow));
    for (const [name, tile] of this.tiles) {
      write(tile.querySelector(".value"), FORMS[name](found[name]));
      mark(tile, "data-value", found[name]);
    }
    const level = this.tiles.get("service_level");
    mark(level, "data-tone", judgement(found.service_level, state.target));
    write(level.querySelector(".note"), `in ${state.threshold} s · goal ${share(state.target)}`);
    level.querySelector("i").style.transform = `scaleX(${found.service_level ?? 0})`;
    level.querySelector("b").style.left = `${state.target * 100}%`;
    const long = found.longest_waiting > state.threshold;
    mark(this.tiles.get("longest_waiting"), "data-tone", found.waiting && long ? "poor" : "none");
    const waits = this.tiles.get("longest_waiting").querySelector(".note");
    write(waits, found.waiting ? (long ? "▲ over the threshold" : "within the threshold") : "nobody waits");
    const row = state.row(queue, channel);
    const note = (name, text) => write(this.tiles.get(name).querySelector(".note"), text);
    note("offered", `since ${clock(state.began).slice(0, 5)}`);
    note("handled", found.offered ? `${share(found.handled / found.offered)} of offered` : "");
    note("asa", "to the answer");
    note("aht", found.handled ? `${duration(row("talk") / found.handled)} + ${duration(row("wrap") / found.handled)} wrap` : "");
    note("waiting", `${count(row("assigned") + row("wrapping"))} in hand`);
    const lost = found.lost ? `, ${count(found.lost)} lost` : "";
    note("abandoned", found.offered ? `${share(found.abandoned / found.offered)} of offered${lost}` : "");
  }
}

export class Queues {
  constructor(table, onChoose) {
    this.body = new Children(table.tBodies[0], (place) => this.line(place, onChoose));
    this.foot = new Children(table.tFoot, () => this.line(ALL, onChoose));
  }

  line(place, onChoose) {
    const button = make("button", { type: "button", class: "choose" });
    button.addEventListener("click", () => onChoose(place));
    return make("tr", {}, make("th", { scope: "row" }, button), ...COLUMNS.map((name) => make("td", { "data-figure": name })));
  }

  show(state, queue, channel, now) {
    const lines = this.body.show(state.names.queues.map((_, place) => place));
    for (const [place, line] of lines) this.fill(state, line, place, state.names.queues[place], queue, channel, now);
    this.fill(state, this.foot.show([ALL]).get(ALL), ALL, "All", queue, channel, now);
  }

  fill(state, line, place, name, queue, channel, now) {
    const button = line.cells[0].firstChild;
    write(button, name);
    mark(button, "aria-pressed", place === ALL ? null : String(place === queue));
    mark(line, "class", place === queue && place !== ALL ? "chosen" : null);
    const found = figures(state.row(place, channel), now);
    COLUMNS.forEach((column, index) => {
      const cell = line.cells[index + 1];
      write(cell, FORMS[column](found[column]));
      mark(cell, "data-value", found[column]);
      if (column === "service_level") mark(cell, "data-tone", judgement(found[column], state.target));
      else if (column === "longest_waiting") mark(cell, "data-tone", found.waiting && found[column] > state.threshold ? "poor" : "none");
      else mark(cell, "data-tone", found[column] ? null : "nothing");
    });
  }
}

export class Tasks {
  constructor(table, list, nobody, onOpen) {
    Object.assign(this, { nobody });
    this.body = new Children(table.tBodies[0], () => make("tr", {}, make("th", { scope: "row" }), ...STATES.map(() => make("td"))));
    this.list = new Children(list, (task) => {
      const button = make("button", { type: "button", class: "waits" }, make("span", { class: "what" }), make("span", { class: "where muted" }), make("span", { class: "long" }));
      button.addEventListener("click", () => onOpen("task", task));
      return make("li", {}, button);
    });
  }

  show(state, queue, channel, now) {
    const channels = state.names.channels.filter(([id]) => (channel === ALL ? state.rows.has(`${ALL}/${id}`) : id === channel));
    const lines = this.body.show([...channels.map(([id]) => id), ALL]);
    for (const [id, line] of lines) {
      const row = state.row(queue, id === ALL ? channel : id);
      write(line.cells[0], id === ALL ? "All" : state.channelName(id));
      STATES.forEach((name, index) => {
        const cell = line.cells[index + 1];
        write(cell, count(row(name)));
        mark(cell, "data-tone", row(name) ? null : "nothing");
      });
    }
    const waiting = [];
    for (const [place, tasks] of state.waiting) {
      if (queue !== ALL && place !== queue) continue;
      for (const [task, its, since] of tasks) if (channel === ALL || its === channel) waiting.push({ task, its, since, place });
    }
    waiting.sort((one, other) => one.since - other.since || one.task - other.task);
    const shown = waiting.slice(0, 12);
    const items = this.list.show(shown.map(({ task }) => task));
    for (const { task, its, since, place } of shown) {
      const [what, where, long] = items.get(task).firstChild.children;
      write(what, state.channelName(its));
      write(where, state.names.queues[place]);
      write(long, duration(now - since));
      mark(items.get(task), "data-tone", now - since > state.threshold ? "poor" : null);
    }
    this.nobody.hidden = shown.length > 0;
  }
}
