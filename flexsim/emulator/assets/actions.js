// What an operator may do, where the server has been started so.
import { make, mark, write } from "./figures.js";

export class Actions {
  constructor(act) {
    this.act = act;
    const find = (name) => document.getElementById(name);
    Object.assign(this, { panel: find("operator"), toggle: find("operate"), said: find("operator-said"), arrivals: find("arrivals"), names: find("logout-names") });
    this.toggle.addEventListener("click", () => this.open(this.panel.hidden));
    const on = (form, name, fields) =>
      find(form).addEventListener("submit", (event) => {
        event.preventDefault();
        this.try(name, fields());
      });
    on("burst-form", "burst", () => ({ count: Number(find("burst-count").value) }));
    on("speed-form", "speed", () => ({ speed: Number(find("speed-value").value) }));
    on("logout-form", "logout", () => ({ agent: this.agentNamed(find("logout-name").value) }));
    this.arrivals.addEventListener("click", () => this.try("arrivals", { paused: !this.paused }));
    find("logout-name").addEventListener("focus", () => this.offerNames());
  }

  open(isOpen) {
    this.panel.hidden = !isOpen;
    mark(this.toggle, "aria-expanded", String(isOpen));
    if (isOpen) document.getElementById("speed-value").value ||= this.state.speed;
  }

  show(state) {
    this.state = state;
    this.toggle.hidden = !state.actions;
    if (!state.actions) this.open(false);
    else {
      this.arrivals.hidden = !state.actions.arrivals;
      this.setPaused(state.actions.arrivals?.paused ?? false);
    }
  }

  setPaused(paused) {
    this.paused = paused;
    mark(this.arrivals, "aria-pressed", String(paused));
    write(this.arrivals, paused ? "Let arrivals go on" : "Pause arrivals");
  }

  offerNames() {
    const names = [...this.state.who.values()].map(({ name }) => name).sort().slice(0, 500);
    this.names.replaceChildren(...names.map((name) => make("option", { value: name })));
  }

  agentNamed(name) {
    for (const [id, who] of this.state.who) if (who.name === name) return id;
    return null;
  }

  async try(name, fields) {
    try {
      const done = await this.act(name, this.state.workspace.sid, this.state.actions.token, fields);
      if (name === "arrivals") this.setPaused(done.paused);
      write(this.said, { burst: `${done.created} tasks created`, speed: `Speed is ${done.speed}`, logout: "Logged out", arrivals: done.paused ? "Nobody arrives" : "Customers arrive again" }[name]);
    } catch (error) {
      write(this.said, error.message);
    }
  }
}
