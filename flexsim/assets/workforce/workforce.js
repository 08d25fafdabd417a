"use strict";
// Draws the company's curves and narrows the conversation to one role. All words come as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const FORMS = {
    share: (value) => (100 * value).toFixed(1) + " %",
    fine: (value) => (100 * value).toFixed(2) + " %",
    money: (value) => "$" + value.toLocaleString("en-US", { maximumFractionDigits: 1 }) + "k",
    count: (value) => value.toLocaleString("en-US", { maximumFractionDigits: 0 }),
    index: (value) => value.toFixed(2),
  };
  const written = (form) => (_, value) => (value == null ? "–" : FORMS[form](value));
  const FONT = "12px ui-sans-serif, system-ui, sans-serif";
  let drawn = [];

  function draw(chart) {
    const place = document.getElementById("plot-" + chart.id);
    place.replaceChildren();
    const size = () => ({ width: Math.max(160, place.clientWidth), height: 220 });
    const common = { stroke: ink("soft"), font: FONT, ticks: { show: false }, grid: { stroke: ink("grid"), width: 1 } };
    const whole = (_, all) => all.map((each) => (Number.isInteger(each) ? each : ""));
    const plot = new uPlot({
      ...size(),
      series: [
        { label: "Week", value: (_, value) => (value == null ? "–" : value) },
        ...chart.series.map((each) => ({
          label: each.label, stroke: ink(each.colour), width: 2, points: { show: data.weeks.length < 3, size: 6 }, value: written(chart.form),
        })),
        ...(chart.goal == null ? [] : [{ label: "Goal", stroke: ink("grey"), width: 1, dash: [5, 5], points: { show: false }, value: written(chart.form) }]),
      ],
      scales: { x: { time: false }, y: { range: (_, low, high) => range(low, high, chart) } },
      axes: [{ ...common, grid: { show: false }, values: whole, size: 28, space: 40 }, { ...common, size: 62, space: 32, values: (_, all) => all.map((each) => FORMS[chart.form](each)) }],
      cursor: { sync: { key: "weeks", setSeries: false }, points: { size: 7 }, drag: { x: false, y: false }, y: false },
      padding: [10, 14, 0, 0],
    }, [data.weeks, ...chart.series.map((each) => each.values), ...(chart.goal == null ? [] : [data.weeks.map(() => chart.goal)])], place);
    drawn.push({ plot, size });
  }

  function range(low, high, chart) {
    if (chart.zero) low = Math.min(0, low);
    const room = Math.max((high - low) * 0.08, Math.abs(high) * 0.01, 1e-6);
    return [chart.zero && low === 0 ? 0 : low - room, high + room];
  }

  function all() {
    drawn.forEach((each) => each.plot.destroy());
    drawn = [];
    data.charts.forEach(draw);
  }

  all();
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    drawn.forEach((each) => each.plot.setSize(each.size()));
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
  document.getElementById("who").addEventListener("change", (event) => {
    const wanted = event.target.value;
    document.querySelectorAll(".said li").forEach((each) => { each.hidden = wanted !== "" && each.dataset.who !== wanted; });
  });
})();
