"use strict";
// Draws the report's charts and swaps its interval table. All words come as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const charts = data.charts;
  const one = (id) => document.getElementById(id);
  const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const percent = (value) => (value == null ? "–" : (100 * value).toFixed(1) + " %");
  const number = (value) => (value == null ? "–" : Number.isInteger(value) ? value.toLocaleString("en-US") : value.toFixed(2));
  const FONT = "12px ui-sans-serif, system-ui, sans-serif";
  const FEW = 10;
  const SECONDS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400, 604800];
  let drawn = [];

  function length(seconds) {
    if (seconds < 60 || (seconds < 300 && seconds % 60)) return seconds + " s";
    if (seconds < 3600) return +(seconds / 60).toFixed(2) + " min";
    return +(seconds / 3600).toFixed(2) + " h";
  }

  function clock(seconds) {
    const at = uPlot.tzDate(new Date(seconds * 1e3), data.timezone);
    return uPlot.fmtDate("{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}")(at);
  }

  function axes(values, { time = true } = {}) {
    const days = new Set([charts.times[0], charts.times[charts.times.length - 1]].map((at) => clock(at).slice(0, 10))).size > 1;
    const common = { stroke: ink("soft"), font: FONT, ticks: { show: false }, grid: { stroke: ink("grid"), width: 1 } };
    const bottom = { ...common, grid: { show: false }, size: time && days ? 42 : 28, space: 64 };
    if (time) bottom.values = [
      [86400, "{DD} {MMM}", null, null, null, null, null, null, 1],
      [60, "{HH}:{mm}", days ? "\n{DD} {MMM}" : null, null, days ? "\n{DD} {MMM}" : null, null, null, null, 1],
      [1, "{HH}:{mm}:{ss}", null, null, null, null, null, null, 1],
    ];
    else Object.assign(bottom, { values: (_, all) => all.map(length), incrs: SECONDS });
    return [bottom, { ...common, size: 52, space: 32, values: values || ((_, all) => all.map((each) => +each.toFixed(2) + "")) }];
  }

  function plot(id, table, series, options = {}) {
    const place = one(id);
    place.replaceChildren();
    if (!table[0].length) {
      place.textContent = "Nothing to show.";
      return;
    }
    const size = () => {
      if ("paper" in document.documentElement.dataset) return { width: place.closest(".three") ? 320 : 480, height: 200 };
      return { width: Math.max(160, place.clientWidth), height: place.clientWidth < 400 ? 200 : 240 };
    };
    const chart = new uPlot({
      ...size(),
      series: [options.x || { label: "Time", value: (_, at) => (at == null ? "–" : clock(at)) }, ...series],
      scales: { x: options.scale || { time: true }, y: { range: options.range || ((_, low, high) => [0, Math.max(1, high * 1.08)]) } },
      axes: options.axes || axes(),
      bands: options.bands,
      cursor: { sync: options.alone ? undefined : { key: "run", setSeries: false }, points: { size: 7 }, drag: { x: !options.alone, y: false }, y: false },
      legend: { live: true },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), data.timezone),
      padding: [10, options.alone ? 26 : 16, 0, 0],
    }, table, place);
    drawn.push({ chart, size });
  }

  const line = (label, colour, more = {}) => ({ label, stroke: ink(colour), width: 2, points: { show: false }, value: (_, value) => number(value), ...more });
  const stepped = (_) => uPlot.paths.stepped({ align: 1 });

  function overTime(queue) {
    const found = charts.contacts[queue];
    const empty = charts.times.map(() => 0);
    const contacts = found || { offered: empty, gone: empty, service_level: empty.map(() => null), waiting: empty, waiting_most: empty };
    const arrivals = [line("Arrived", "blue", { fill: ink("blue-fill"), paths: stepped() })];
    const counts = [charts.times, contacts.offered];
    if (!queue) {
      arrivals.push(line("Completed", "teal"));
      counts.push(charts.completed);
    }
    arrivals.push(line("Abandoned or lost", "red"));
    counts.push(contacts.gone);
    plot("plot-contacts", counts, arrivals);

    const sparse = contacts.service_level.filter((each) => each != null).length < 60;
    plot("plot-level", [charts.times, contacts.service_level, charts.times.map(() => data.target)], [
      line("Service level", "teal", { value: (_, value) => percent(value), spanGaps: true, points: { show: sparse, size: 5, fill: ink("teal") } }),
      line("Target", "grey", { value: (_, value) => percent(value), dash: [6, 5], width: 1.5 }),
    ], { range: () => [0, 1.03], axes: axes((_, all) => all.map((each) => Math.round(100 * each) + " %")) });

    plot("plot-waiting", [charts.times, contacts.waiting, contacts.waiting_most], [
      line("Mean", "amber", { fill: ink("amber") + "33" }),
      line("Most at once", "red", { width: 1.25, paths: stepped() }),
    ]);
  }

  function agents() {
    const names = Object.keys(charts.agents);
    const colours = ["teal", "blue", "amber", "violet", "grey", "red", "soft", "ink"];
    const sums = [];
    for (const name of names) {
      const below = sums[sums.length - 1];
      sums.push(charts.agents[name].map((value, i) => value + (below ? below[i] : 0)));
    }
    // The highest sum is drawn first, so that those below lie upon it.
    const order = names.map((_, i) => names.length - 1 - i);
    plot("plot-agents", [charts.times, ...order.map((i) => sums[i])], order.map((i) => {
      const colour = ink(colours[i % colours.length]);
      return { label: names[i], stroke: colour, fill: mixed(colour), width: 1, points: { show: false }, value: (_, value, __, at) => number(at == null ? null : charts.agents[names[i]][at]) };
    }));
  }

  // Solid, so that what lies beneath does not shine through.
  function mixed(colour) {
    const part = (text, at) => parseInt(text.slice(at, at + 2), 16);
    const card = ink("card");
    return "#" + [1, 3, 5].map((at) => Math.round(0.55 * part(colour, at) + 0.45 * part(card, at)).toString(16).padStart(2, "0")).join("");
  }

  function spread(id, found, columns, options = {}) {
    const width = found.width, count = columns[0].values.length;
    const label = (at) => (found.longer && at === (found.bars.length - 1) * width ? "longer than " + length(at) : length(at) + " to " + length(at + width));
    const bars = uPlot.paths.bars({ size: [0.92, 60], align: 1, radius: 0.12 });
    plot(id, [columns[0].values.map((_, i) => i * width), ...columns.map((each) => each.values)], columns.map((each) => ({
      label: each.label, stroke: ink(each.colour), fill: ink(each.colour), width: 0, points: { show: false }, paths: bars, value: each.value || ((_, value, __, at) => number(at == null ? null : (each.raw || each.values)[at])),
    })), {
      alone: true,
      x: { label: options.x || "Wait", value: (_, at) => (at == null ? "–" : label(at)) },
      scale: { time: false, range: () => [0, count * width] },
      axes: axes(options.y, { time: false }),
      range: options.range,
    });
  }

  function distributions() {
    const waits = charts.waits.bars;
    spread("plot-waits", charts.waits, [
      { label: "Abandoned or lost", colour: "red", values: waits.map((bar) => bar[0] + bar[1]), raw: waits.map((bar) => bar[1]) },
      { label: "Answered", colour: "blue", values: waits.map((bar) => bar[0]) },
    ]);
    let there = waits.reduce((sum, bar) => sum + bar[0] + bar[1], 0);
    // Of a handful who are still there a share says nothing, nor does the last bar, which has no end.
    const leaving = waits.slice(0, charts.waits.longer ? -1 : undefined).map((bar) => {
      const share = there >= FEW ? bar[1] / there : null;
      there -= bar[0] + bar[1];
      return share;
    });
    const most = Math.max(0, ...leaving);
    spread("plot-leaving", charts.waits, [{ label: "Gave up or was lost", colour: "red", values: leaving, value: (_, value) => percent(value) }], {
      y: (_, all) => all.map((each) => +(100 * each).toFixed(1) + " %"),
      range: () => [0, Math.max(0.01, most * 1.1)],
    });
    spread("plot-handling", charts.handling, [{ label: "Contacts", colour: "teal", values: charts.handling.bars.map((bar) => bar[0]) }], { x: "Handle time" });
  }

  function draw() {
    for (const { chart } of drawn) chart.destroy();
    drawn = [];
    overTime(one("queue").value);
    agents();
    distributions();
  }

  function row(kind, first, cells) {
    const made = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = kind;
    head.textContent = first;
    made.append(head);
    for (const cell of cells) {
      const place = document.createElement("td");
      place.textContent = cell;
      made.append(place);
    }
    return made;
  }

  function table() {
    const width = one("width").value, queue = one("table-queue").value;
    const rows = data.tables[width][queue] || [];
    const labels = data.labels[width];
    const columns = rows.length ? rows[0].length : data.columns.length;
    one("interval-table").tBodies[0].replaceChildren(...rows.map((cells, i) => row("row", labels[i], cells)));
    [...one("interval-table").tHead.rows[0].cells].forEach((cell, i) => { cell.hidden = i > columns; });
  }

  one("queue").addEventListener("change", draw);
  for (const id of ["width", "table-queue"]) one(id).addEventListener("change", table);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  let resizing = 0;
  new ResizeObserver(() => {
    cancelAnimationFrame(resizing);
    resizing = requestAnimationFrame(() => { for (const { chart, size } of drawn) chart.setSize(size()); });
  }).observe(one("main"));
  addEventListener("beforeprint", () => { document.documentElement.dataset.paper = ""; draw(); });
  addEventListener("afterprint", () => { delete document.documentElement.dataset.paper; draw(); });
  draw();
})();
