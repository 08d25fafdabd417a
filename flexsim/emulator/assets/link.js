// The connection to the server: a stream of server-sent events, read with fetch so that a control token can go with it.
// It says what it is: connecting, live, lost. It comes back by itself, waiting longer each time, at most five seconds.

const BASE = "/_flexsim/dashboard";
const SILENCE = 4000; // ms without a frame, of which there is one a second: the link is dead
const LONGEST_PAUSE = 5000;
const TOKEN = "flexsim-control-token";

function headers() {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { authorization: `Bearer ${token}` } : {};
}

export function keepToken(token) {
  sessionStorage.setItem(TOKEN, token);
}

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function checked(response) {
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  throw new Refused(response.status, said.message || `the server answered ${response.status}`);
}

export async function ask(path, query = {}) {
  const response = await fetch(`${BASE}${path}?${new URLSearchParams(query)}`, { headers: headers(), cache: "no-store" });
  return (await checked(response)).json();
}

export async function act(name, workspace, token, fields) {
  const response = await fetch(`${BASE}/do/${name}?${new URLSearchParams({ workspace })}`, {
    method: "POST",
    headers: { ...headers(), "content-type": "application/json", "x-flexsim-control": token },
    body: JSON.stringify(fields),
  });
  return (await checked(response)).json();
}

export class Link {
  // onFrame(kind, document), onState("connecting" | "live" | "lost" | "closed"), onRefused(error)
  constructor({ onFrame, onState, onRefused }) {
    Object.assign(this, { onFrame, onState, onRefused });
    this.stopping = null;
    this.run = 0;
  }

  open(workspace) {
    this.close();
    this.stopping = new AbortController();
    this.run += 1;
    this.keepOpen(workspace, this.run);
  }

  close() {
    this.run += 1;
    this.stopping?.abort();
    this.stopping = null;
    this.onState("closed");
  }

  async keepOpen(workspace, run) {
    let pause = 250;
    this.onState("connecting");
    while (run === this.run) {
      try {
        await this.read(workspace, run, () => (pause = 250));
      } catch (error) {
        if (run !== this.run) return;
        if (error instanceof Refused && error.status !== 503) {
          this.onState("lost");
          if (this.onRefused(error)) return;
        }
      }
      if (run !== this.run) return;
      this.onState("lost");
      await new Promise((wake) => setTimeout(wake, pause));
      pause = Math.min(LONGEST_PAUSE, pause * 2);
    }
  }

  async read(workspace, run, onLive) {
    const silent = new AbortController();
    const stopping = this.stopping.signal;
    const stop = () => silent.abort();
    stopping.addEventListener("abort", stop);
    let timer = setTimeout(stop, SILENCE);
    try {
      const query = workspace ? `?${new URLSearchParams({ workspace })}` : "";
      const response = await fetch(`${BASE}/stream${query}`, { headers: headers(), cache: "no-store", signal: silent.signal });
      const reader = (await checked(response)).body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done || run !== this.run) return;
        clearTimeout(timer);
        timer = setTimeout(stop, SILENCE);
        const parts = (text + value).split("\n\n");
        text = parts.pop();
        for (const part of parts) this.frame(part);
        onLive();
      }
    } finally {
      clearTimeout(timer);
      stopping.removeEventListener("abort", stop);
      silent.abort();
    }
  }

  frame(part) {
    let kind = "message";
    let data = "";
    for (const line of part.split("\n")) {
      if (line.startsWith("event: ")) kind = line.slice(7);
      else if (line.startsWith("data: ")) data += line.slice(6);
    }
    if (!data) return;
    this.onFrame(kind, JSON.parse(data));
    this.onState("live");
  }
}
