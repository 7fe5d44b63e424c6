'use strict';
(() => {
  const charts = JSON.parse(document.getElementById('charts').textContent);
  // As in LineKey, which draws the legend.
  const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 4], [1, 5]];
  const marks = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot'];
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // One scale for all charts, so that they can be compared by eye.
  const values = charts.flatMap((chart) => chart.series.flatMap((line) => line.percent));
  const low = Math.max(0, Math.floor((Math.min(...values) - 2) / 10) * 10);
  const high = Math.min(100, Math.ceil((Math.max(...values) + 2) / 10) * 10);

  const dataset = (line) => {
    const stroke = color('--s' + (line.style % 6));
    return {
      label: line.label,
      data: line.percent,
      borderColor: stroke,
      backgroundColor: stroke,
      borderDash: dashes[line.style % 6],
      pointStyle: marks[line.style % 6],
      borderWidth: 2.5,
      pointRadius: 4.5,
      pointHoverRadius: 7,
    };
  };

  const axis = (title) => ({
    title: { display: true, text: title, color: color('--soft') },
    ticks: { color: color('--soft') },
    grid: { color: color('--rule') },
    border: { color: color('--rule') },
  });

  const options = (chart) => ({
    animation: false,
    maintainAspectRatio: false,
    interaction: { mode: 'index', intersect: false },
    scales: {
      x: { ...axis(chart.xTitle), offset: chart.labels.length === 1 },
      y: { ...axis('% of test images'), min: low, max: high },
    },
    plugins: {
      legend: { display: false },
      tooltip: {
        callbacks: {
          title: (items) => chart.xTitle + ' ' + items[0].label,
          label: (item) => ' ' + item.dataset.label + ': ' + item.parsed.y.toFixed(1) + ' %',
        },
      },
    },
  });

  let drawn = [];
  const draw = () => {
    drawn.forEach((chart) => chart.destroy());
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 13;
    drawn = [...document.querySelectorAll('canvas[data-chart]')].map((canvas) => {
      const chart = charts[canvas.dataset.chart];
      const data = { labels: chart.labels, datasets: chart.series.map(dataset) };
      return new Chart(canvas, { type: 'line', data, options: options(chart) });
    });
  };

  document.documentElement.classList.add('js');
  draw();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
})();
