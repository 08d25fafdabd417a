// The page: what comes over the link goes into the state, and the state is drawn, a few times a second at most.
import { Actions } from "./actions.js";
import { Agents } from "./agents.js";
import { Charts } from "./charts.js";
import { Details } from "./details.js";
import { clock, make, mark, write } from "./figures.js";
import { Link, act, ask, keepToken } from "./link.js";
import { ALL, State } from "./state.js";
import { Figures, Queues, Tasks } from "./tables.js";

const find = (id) => document.getElementById(id);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const THEMES = ["auto", "light", "dark"];

const state = new State();
const shown = { workspace: null, queue: ALL, channel: ALL, span: 3600, paused: false, link: "connecting" };

const details = new Details(ask);
const open = (kind, id) => details.open(state, kind, id);
const figures = new Figures(find("figures"));
const queues = new Queues(find("queues"), (place) => choose("queue", place === shown.queue ? ALL : place));
const tasks = new Tasks(find("tasks"), find("waiting"), find("nobody"), open);
const agents = new Agents({ grid: find("agent-grid"), counted: find("agents-count"), chips: find("activities"), find: find("find"), sort: find("sort"), none: find("no-agents"), onOpen: open });
const charts = new Charts(ask);
const actions = new Actions(act);
agents.refresh = () => draw(true);

const link = new Link({
  onFrame(kind, frame) {
    const before = state.names;
    state.take(kind, frame);
    if (kind === "snapshot" || state.names !== before) offerChoices();
    if (kind === "snapshot") {
      actions.show(state);
      agents.dirty = true;
      offerWorkspaces();
      reload();
    }
    dirty = true;
  },
  onState(what) {
    if (what === "lost" || what === "closed") state.stop();
    shown.link = what;
    showLink();
    dirty = true;
  },
  onRefused(error) {
    if (error.status === 403 && error.message.includes("control token")) {
      if (!find("ask-token").open) find("ask-token").showModal();
      return true;
    }
    if (error.status === 404) shown.workspace = null; // it is gone: whatever there is now
    return false;
  },
});

// --- drawing ---

let dirty = true;
let drawnAt = 0;
let charted = 0;
let chartable = false;

function draw(now) {
  const time = performance.now();
  const patience = calm.matches ? 1000 : 100;
  const ticking = state.speed > 0 && shown.link === "live" && time - drawnAt >= (calm.matches ? 1000 : 250);
  if (now !== true && !((dirty && time - drawnAt >= patience) || ticking)) return;
  if (state.seq === null || document.hidden) return;
  dirty = false;
  drawnAt = time;
  const moment = state.now();
  figures.show(state, shown.queue, shown.channel, moment);
  queues.show(state, shown.queue, shown.channel, moment);
  tasks.show(state, shown.queue, shown.channel, moment);
  agents.show(state, shown.queue, shown.channel, moment, calm.matches ? 5000 : 1000);
  write(find("now"), clock(moment));
  write(find("speed"), state.speed === 0 ? "by hand" : `× ${state.speed.toLocaleString("en-US")}`);
  write(find("seq"), state.seq.toLocaleString("en-US"));
  write(find("began"), clock(state.began));
  chartable = true;
  mark(find("board"), "data-seq", state.seq);
}

function drawCharts() {
  const time = performance.now();
  if (!chartable || document.hidden || time - charted < (calm.matches ? 2000 : 500)) return;
  chartable = false;
  charted = time;
  charts.show(state, shown.queue, shown.channel, state.now());
}

function loop() {
  draw();
  drawCharts();
  requestAnimationFrame(loop);
}

function showLink() {
  const words = { connecting: "Connecting", live: "Live", lost: "Disconnected, trying again", closed: "Paused" };
  mark(find("link"), "data-link", shown.link);
  write(find("link-text"), words[shown.link]);
  mark(document.body, "data-link", shown.link);
}

// --- choosing ---

function options(select, pairs, value) {
  const wanted = JSON.stringify(pairs);
  if (select.dataset.options !== wanted) {
    select.replaceChildren(...pairs.map(([each, words]) => make("option", { value: each }, words)));
    select.dataset.options = wanted;
  }
  select.value = value;
}

function offerChoices() {
  if (shown.queue >= state.names.queues.length) shown.queue = ALL;
  options(find("queue"), [[ALL, "All queues"], ...state.names.queues.map((name, place) => [place, name])], shown.queue);
  options(find("channel"), [[ALL, "All channels"], ...state.names.channels], shown.channel);
}

async function offerWorkspaces() {
  const { workspaces } = await ask("/workspaces");
  const several = new Set(workspaces.map(({ account }) => account)).size > 1;
  options(find("workspace"), workspaces.map(({ sid, name, account }) => [sid, several ? `${name} (…${account.slice(-6)})` : name]), state.workspace.sid);
  find("workspace-choice").hidden = workspaces.length < 2;
  write(find("title"), state.workspace.name);
  document.title = `${state.workspace.name} · flexsim`;
}

function choose(what, value) {
  shown[what] = value;
  offerChoices();
  agents.dirty = true;
  reload();
  draw(true);
}

function reload() {
  if (state.workspace) {
    charts.load(state, shown.queue, shown.channel, shown.span).then(
      () => ((charted = 0), (dirty = true)),
      () => {}, // the link says that it is lost
    );
  }
}

find("queue").addEventListener("change", (event) => choose("queue", Number(event.target.value)));
find("channel").addEventListener("change", (event) => choose("channel", Number(event.target.value)));
for (const radio of document.querySelectorAll("input[name=window]")) radio.addEventListener("change", () => choose("span", Number(radio.value)));
find("workspace").addEventListener("change", (event) => {
  Object.assign(shown, { workspace: event.target.value, queue: ALL, channel: ALL });
  pause(false);
});

function pause(paused) {
  shown.paused = paused;
  mark(find("pause"), "aria-pressed", String(paused));
  write(find("pause"), paused ? "Go on" : "Pause");
  if (paused) link.close();
  else link.open(shown.workspace);
}
find("pause").addEventListener("click", () => pause(!shown.paused));

find("theme").addEventListener("click", () => {
  const next = THEMES[(THEMES.indexOf(localStorage.getItem("flexsim-theme") ?? "auto") + 1) % THEMES.length];
  localStorage.setItem("flexsim-theme", next);
  theme(next);
});

function theme(name) {
  mark(document.documentElement, "data-theme", name === "auto" ? null : name);
  write(find("theme"), `Theme: ${name}`);
  charts.restyle();
  charted = 0;
  dirty = true;
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => theme(localStorage.getItem("flexsim-theme") ?? "auto"));

find("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  keepToken(find("token").value);
  find("ask-token").close();
  link.open(shown.workspace);
});

theme(localStorage.getItem("flexsim-theme") ?? "auto");
shown.workspace = new URLSearchParams(location.search).get("workspace");
link.open(shown.workspace);
requestAnimationFrame(loop);
