// One agent or task in full. Whatever it holds is shown as text.
import { clock, make, mark, write } from "./figures.js";

const MOMENTS = new Set(["since", "created"]);

export class Details {
  constructor(ask) {
    this.ask = ask;
    const find = (name) => document.getElementById(`details${name}`);
    Object.assign(this, { dialog: find(""), title: find("-title"), sid: find("-sid"), facts: find("-facts"), attributes: find("-attributes"), events: find("-events") });
    find("-close").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
  }

  async open(state, kind, id) {
    let found;
    try {
      found = await this.ask("/history", { workspace: state.workspace.sid, [kind]: id });
    } catch (error) {
      found = { name: `This ${kind} cannot be shown`, sid: error.message, facts: {}, attributes: {}, events: [] };
    }
    write(this.title, found.name);
    write(this.sid, found.sid);
    const facts = Object.entries(found.facts).filter(([, value]) => value !== null && value !== "");
    this.facts.replaceChildren(...facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, MOMENTS.has(name) ? clock(value) : String(value)))));
    write(this.attributes, JSON.stringify(found.attributes, null, 2));
    this.events.tBodies[0].replaceChildren(...found.events.map((event) => this.line(state, kind, event)).reverse());
    mark(this.dialog, "data-kind", kind);
    if (!this.dialog.open) this.dialog.showModal();
  }

  line(state, kind, event) {
    const about = make("td");
    const other = kind === "agent" ? "task" : "agent";
    if (event[other] !== null && event[other] !== undefined) {
      const words = other === "agent" ? event.about ?? `agent ${event.agent}` : `task ${event.task}`;
      const button = make("button", { type: "button", class: "choose" }, words);
      button.addEventListener("click", () => this.open(state, other, event[other]));
      about.append(button);
    } else write(about, (kind === "agent" ? event.activity : event.about) ?? "");
    return make("tr", {}, make("td", {}, clock(event.at)), make("td", {}, event.type), about);
  }
}
