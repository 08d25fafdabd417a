// What the server has said, and what time it is there. Frames are described in emulator/dashboard_feed.py.

export const ALL = -1;

// From when on an agent's state is worth a look, in seconds of the simulation.
export const LONG = { offered: 20, assigned: 900, wrapping: 180, away: 1200 };

export class State {
  constructor() {
    this.seq = null;
    this.speed = 0;
    this.serverNow = 0;
    this.receivedAt = 0;
    this.stopped = null; // the moment shown while nothing is heard
    this.rows = new Map();
    this.agents = new Map();
    this.who = new Map();
    this.waiting = new Map();
    this.names = { queues: [], channels: [], activities: [] };
    this.spent = [0, 0, 0, 0];
  }

  take(kind, frame) {
    if (kind === "snapshot") {
      for (const each of [this.rows, this.agents, this.who, this.waiting]) each.clear();
      this.columns = Object.fromEntries(frame.columns.map((name, place) => [name, place]));
      this.threshold = frame.threshold;
      this.target = frame.target;
      this.workspace = frame.workspace;
      this.began = frame.began;
      this.actions = frame.actions;
    }
    this.seq = frame.seq;
    this.speed = frame.speed;
    this.serverNow = frame.now;
    this.receivedAt = performance.now();
    this.stopped = null;
    this.spent = frame.spent;
    if (frame.names) this.names = frame.names;
    for (const row of frame.rows ?? []) this.rows.set(`${row[0]}/${row[1]}`, row);
    for (const [place, tasks] of Object.entries(frame.waiting ?? {})) this.waiting.set(Number(place), tasks);
    for (const [id, name, queues] of frame.who ?? []) this.who.set(id, { name, queues: new Set(queues) });
    for (const [id, activity, since, work] of frame.agents ?? []) this.agents.set(id, { id, activity, since, work });
    for (const id of frame.gone ?? []) {
      this.agents.delete(id);
      this.who.delete(id);
    }
  }

  // Seconds since 1970 in the simulation.
  now() {
    return this.stopped ?? this.serverNow + ((performance.now() - this.receivedAt) / 1000) * this.speed;
  }

  stop() {
    if (this.seq !== null) this.stopped ??= this.now();
  }

  row(queue, channel) {
    const row = this.rows.get(`${queue}/${channel}`);
    return row ? (name) => row[this.columns[name]] : (name) => (name === "since" ? null : 0);
  }

  channelName(id) {
    return this.names.channels.find(([number]) => number === id)?.[1] ?? (id === null ? "" : `channel ${id}`);
  }

  activity(id) {
    const found = this.names.activities.find(([number]) => number === id);
    return found ? { name: found[1], available: found[2] } : { name: `activity ${id}`, available: false };
  }
}
