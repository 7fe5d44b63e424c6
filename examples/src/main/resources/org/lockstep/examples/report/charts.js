'use strict';
// Draws a chart (see Chart.java) into a canvas, or draws what has become of it.
const drawChart = (() => {
  // As in LineKey, which draws the legend.
  const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 4], [1, 5]];
  const marks = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot'];
  // With more points than this a line's marks would hide it.
  const MANY = 40;
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const dataset = (line) => {
    const stroke = color('--s' + (line.style % 6));
    return {
      label: line.label,
      data: line.points,
      borderColor: stroke,
      backgroundColor: stroke,
      borderDash: dashes[line.style % 6],
      pointStyle: marks[line.style % 6],
      borderWidth: line.points.length > MANY ? 1.5 : 2.5,
      pointRadius: line.points.length > MANY ? 0 : 4.5,
      pointHoverRadius: 7,
    };
  };

  // Of a logarithmic axis' many ticks only 1 and 3 times a power of ten have room for a label; one
  // of less than a decade may have neither. Chart.js calls this with the axis as this.
  const powers = function (tick) {
    if (this.max < 10 * this.min) return String(Number(tick.toPrecision(3)));
    const leading = tick / 10 ** Math.floor(Math.log10(tick) + 1e-9);
    const shown = [1, 3].some((digit) => Math.abs(leading - digit) < 1e-6);
    return shown ? String(Number(tick.toPrecision(1))) : '';
  };

  const axis = (axis) => ({
    type: axis.scale,
    min: axis.low ?? undefined,
    max: axis.high ?? undefined,
    title: { display: true, text: axis.title, color: color('--soft') },
    ticks: {
      color: color('--soft'),
      maxRotation: 0,
      ...(axis.scale === 'logarithmic' && { callback: powers, autoSkip: false }),
    },
    grid: { color: color('--rule') },
    border: { color: color('--rule') },
  });

  const places = (chart) =>
    [...new Set(chart.series.flatMap((line) => line.points.map((point) => point.x)))]
      .sort((a, b) => a - b);

  const value = (axis, number) =>
    number.toLocaleString('en', { maximumSignificantDigits: 4, useGrouping: false }) + axis.unit;

  const options = (chart) => ({
    animation: false,
    maintainAspectRatio: false,
    interaction: { mode: 'index', intersect: false },
    scales: {
      x: { ...axis(chart.x), offset: places(chart).length === 1 },
      y: axis(chart.y),
    },
    plugins: {
      legend: { display: false },
      tooltip: {
        callbacks: {
          title: (items) => chart.x.title + ' ' + value(chart.x, items[0].raw.x),
          label: (item) => ' ' + item.dataset.label + ': ' + value(chart.y, item.parsed.y),
        },
      },
    },
  });

  return (canvas, chart) => {
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 13;
    const data = { labels: places(chart), datasets: chart.series.map(dataset) };
    const drawn = Chart.getChart(canvas);
    if (drawn) {
      drawn.data = data;
      drawn.options = options(chart);
      drawn.update();
    } else {
      new Chart(canvas, { type: 'line', data, options: options(chart) });
    }
  };
})();
