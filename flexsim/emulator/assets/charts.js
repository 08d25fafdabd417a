// How things have gone. The past comes from the server once; after that the page adds what it sees itself.
import { clock, count, duration, make, mark, share, write } from "./figures.js";

const [AT, WAITING, OFFERED, HANDLED, IN_TIME, JUDGED] = [0, 1, 2, 3, 4, 5];

function colours() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

// The place of the last point that is no later than a moment, looking from `from` on.
function placeAt(points, moment, from) {
  let place = from;
  while (place + 1 < points.length && points[place + 1][AT] <= moment) place += 1;
  return place;
}

// For each point what `of` makes of it and of the point that is `seconds` before it.
function trailing(points, seconds, of) {
  let from = 0;
  return points.map((point) => {
    from = placeAt(points, point[AT] - seconds, from);
    return of(points[from], point);
  });
}

class Chart {
  constructor(figure) {
    this.figure = figure;
    this.place = figure.querySelector(".plot");
    this.legend = figure.querySelector(".legend");
    this.plot = null;
    this.shape = "";
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(this.place);
  }

  size() {
    return { width: Math.max(120, this.place.clientWidth), height: Math.max(90, this.place.clientHeight) };
  }

  // series: [{label, colour, fill, dash, show(value)}]; columns: [times, values, ...]
  draw(series, columns, { most, axis, span }) {
    const shape = JSON.stringify([series.map(({ label, colour }) => [label, colour]), span]);
    if (shape !== this.shape) this.build(series, columns, { most, axis, span });
    else this.plot.setData(columns);
    this.series = series;
    this.columns = columns;
    this.say(null);
  }

  build(series, columns, { most, axis, span }) {
    this.plot?.destroy();
    const css = colours();
    const line = { stroke: css("muted"), grid: { stroke: css("line"), width: 1 }, ticks: { show: false }, font: `11px ${css("font")}` };
    const options = {
      ...this.size(),
      legend: { show: false },
      padding: [8, 8, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: { x: { time: true }, y: { range: (_, low, high) => [0, most ?? Math.max(4, (high ?? 0) * 1.08)] } },
      axes: [
        { ...line, space: 72, size: 24, values: (plot, moments) => moments.map((each) => clock(each).slice(0, plot.scales.x.max - plot.scales.x.min <= 900 ? 8 : 5)) },
        { ...line, size: 40, space: 34, values: (_, values) => values.map((each) => (Number.isInteger(each) || axis ? (axis ?? String)(each) : "")) },
      ],
      series: [{}, ...series.map(({ label, colour, fill, dash, width }) => ({ label, stroke: colour, fill, dash, width: width ?? 2, points: { show: false }, spanGaps: true }))],
      hooks: { setCursor: [(plot) => this.say(plot.cursor.idx)] },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    };
    this.plot = new uPlot(options, columns, this.place);
    this.shape = JSON.stringify([series.map(({ label, colour }) => [label, colour]), span]);
    this.legend.replaceChildren(
      ...series.filter(({ quiet }) => !quiet).map(({ label, colour, dash }) => {
        const item = make("li", {}, make("i", { "aria-hidden": "true" }), make("span"), make("b"));
        item.firstChild.style.background = colour;
        if (dash) item.firstChild.classList.add("dashed");
        write(item.children[1], label);
        return item;
      }),
    );
  }

  // The values under the cursor, or the latest.
  say(place) {
    const at = place ?? this.columns[0].length - 1;
    const said = [];
    let item = 0;
    this.series.forEach(({ label, show, raw, quiet }, index) => {
      if (quiet) return;
      const value = (raw ?? this.columns[index + 1])[at] ?? null;
      write(this.legend.children[item].lastChild, value === null ? "–" : show(value));
      said.push(`${label} ${value === null ? "none" : show(value)}`);
      item += 1;
    });
    if (place === null) mark(this.place, "aria-label", `${this.figure.querySelector("h2").textContent}, latest: ${said.join(", ")}`);
  }
}

export class Charts {
  constructor(ask) {
    this.ask = ask;
    this.charts = Object.fromEntries(["waiting", "agents", "flow", "level"].map((name) => [name, new Chart(document.getElementById(`chart-${name}`))]));
    this.points = [];
    this.agents = [];
    this.loading = 0;
  }

  restyle() {
    for (const chart of Object.values(this.charts)) chart.shape = "";
  }

  async load(state, queue, channel, span) {
    this.loading += 1;
    const mine = this.loading;
    const query = { workspace: state.workspace.sid, seconds: span };
    const [trail, agents] = await Promise.all([
      this.ask("/trail", { ...query, queue, channel }),
      this.ask("/trail", { ...query, of: "agents" }),
    ]);
    if (mine !== this.loading) return;
    const until = state.now(); // which stands still while the page is paused
    const past = ({ points }) => points.filter((point) => point[AT] <= until);
    Object.assign(this, { points: past(trail), agents: past(agents), span });
    const [first, second] = trail.points.length > agents.points.length ? trail.points : agents.points;
    this.step = second ? Math.max(5, Math.round((second[AT] - first[AT]) / 5) * 5) : 5;
    this.fixed = true;
  }

  // The present as the last point; when its interval is over it stays, and the next one begins.
  extend(points, now, counts) {
    const before = points.length > 1 ? points[points.length - 2][AT] : -Infinity;
    if (now - before < this.step) points[points.length - 1] = [now, ...counts];
    else points.push([now, ...counts]);
    while (points.length > 2 && points[1][AT] < now - this.span) points.shift();
  }

  show(state, queue, channel, now) {
    if (!this.fixed) return;
    const row = state.row(queue, channel);
    const judged = row("answered") + row("abandoned_late");
    this.extend(this.points, now, [row("pending") + row("reserved"), row("offered"), row("handled"), row("answered_in_time"), judged]);
    const counts = new Map(state.names.activities.map(([id]) => [id, 0]));
    for (const agent of state.agents.values()) counts.set(agent.activity, (counts.get(agent.activity) ?? 0) + 1);
    this.extend(this.agents, now, [state.spent[2], ...state.names.activities.map(([id]) => counts.get(id))]);
    this.draw(state);
  }

  draw(state) {
    const css = colours();
    const { points, span } = this;
    const times = points.map((point) => point[AT]);
    this.charts.waiting.draw(
      [{ label: "waiting", colour: css("wait"), fill: css("wait-fill"), show: count }],
      [times, points.map((point) => point[WAITING])],
      { span },
    );
    this.drawAgents(state, css);
    const minute = Math.max(60, span / 40);
    const rate = (column) => trailing(points, minute, (one, other) => (other[AT] > one[AT] ? ((other[column] - one[column]) / (other[AT] - one[AT])) * 60 : null));
    const perMinute = (value) => `${value < 100 ? value.toFixed(1) : count(Math.round(value))}/min`;
    this.charts.flow.draw(
      [
        { label: "arrivals", colour: css("arrive"), show: perMinute },
        { label: "completions", colour: css("done"), show: perMinute },
      ],
      [times, rate(OFFERED), rate(HANDLED)],
      { span },
    );
    const long = Math.max(300, span / 12);
    const level = trailing(points, long, (one, other) => (other[JUDGED] > one[JUDGED] ? (other[IN_TIME] - one[IN_TIME]) / (other[JUDGED] - one[JUDGED]) : null));
    this.charts.level.draw(
      [
        { label: `of the last ${duration(long)}`, colour: css("level"), fill: css("level-fill"), show: share },
        { label: "goal", colour: css("muted"), dash: [4, 4], width: 1, show: share },
      ],
      [times, level, times.map(() => state.target)],
      { most: 1, axis: share, span },
    );
  }

  // Stacked: each area reaches from the ground to its upper edge, the highest drawn first.
  drawAgents(state, css) {
    const shown = state.names.activities.map(([, name, available], place) => ({ name, place, tone: name === "Offline" ? "off" : available ? "idle" : null })).filter(({ name, place }) => name !== "Offline" && this.agents.some((point) => point[place + 2]));
    let spare = 0;
    const aways = ["away", "away-2", "away-3"];
    for (const each of shown) each.tone ??= aways[spare++ % aways.length];
    shown.sort((one, other) => (other.tone === "idle") - (one.tone === "idle"));
    const times = this.agents.map((point) => point[AT]);
    const edges = [];
    let below = this.agents.map(() => 0);
    for (const { place } of shown) {
      below = below.map((sum, index) => sum + (this.agents[index][place + 2] ?? 0));
      edges.push(below);
    }
    const series = shown.map(({ name, place, tone }) => ({ label: name, colour: css(tone), fill: css(`${tone}-fill`) || css(tone), width: 1, show: count, raw: this.agents.map((point) => point[place + 2] ?? 0) }));
    series.reverse();
    edges.reverse();
    const busy = { label: "with a task", colour: css("busy"), width: 2, show: count };
    this.charts.agents.draw([...series, busy], [times, ...edges, this.agents.map((point) => point[1])], { span: this.span });
  }
}
