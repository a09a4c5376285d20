// Lets a reader look closer at a chart that the server drew: hover for values, choose a stretch of months. The numbers come from
// the chart's own table, the colours from the tokens.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, DataZoomComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, AriaComponent, DataZoomComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

/** Reads a table of numbers: heads, then rows; a dash is a gap, not zero. */
export function readTable(table) {
  const heads = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent.trim()));
  return {
    periods: rows.map((row) => row[0]),
    series: heads.slice(1).map((name, i) => ({ name, values: rows.map((row) => readNumber(row[i + 1])) })),
  };
}

/** A grouped figure as a number; null where there is none. */
export function readNumber(text) {
  const number = Number(text.replaceAll(",", "").replace("−", "-"));
  return text === "–" || text === "" || Number.isNaN(number) ? null : number;
}

export function explore(figure) {
  const table = figure.querySelector(".numbers table");
  const axes = figure.querySelector(".axes");
  if (!table || !axes) return;
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const colours = { red: token("red"), yellow: token("c2"), c1: token("c1"), c2: token("c2"), outline: token("c4") };
  const tones = (figure.dataset.chartTones ?? "").split(" ");
  const { periods, series } = readTable(table);
  const place = document.createElement("div");
  place.className = "explore-place";
  axes.replaceWith(place);
  const chart = init(place);
  chart.setOption({
    animation: false,
    aria: { enabled: true, decal: { show: true } },
    textStyle: { fontFamily: token("sans"), color: token("ink-2") },
    tooltip: { trigger: "axis", renderMode: "richText" },
    legend: { top: 0, textStyle: { color: token("ink-2") } },
    grid: { left: 40, right: 16, top: 36, bottom: 64 },
    dataZoom: [{ type: "slider", height: 20 }],
    xAxis: { type: "category", data: periods, axisLabel: { color: token("ink-2") }, axisLine: { lineStyle: { color: token("edge") } } },
    yAxis: { type: "value", axisLabel: { color: token("ink-2") }, splitLine: { lineStyle: { color: token("line") } } },
    series: series.map(({ name, values }, i) => ({
      name,
      data: values,
      type: tones[i] === "line" ? "line" : "bar",
      stack: figure.dataset.chart === "stacked" && tones[i] !== "line" ? "all" : undefined,
      color: tones[i] === "line" ? token("c1") : colours[tones[i]],
      connectNulls: false,
    })),
  });
  new ResizeObserver(() => chart.resize()).observe(place);
}
