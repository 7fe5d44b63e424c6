'use strict';
(() => {
  const charts = JSON.parse(document.getElementById('charts').textContent);
  const draw = () =>
    document
      .querySelectorAll('canvas[data-chart]')
      .forEach((canvas) => drawChart(canvas, charts[canvas.dataset.chart]));

  document.documentElement.classList.add('js');
  draw();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
})();
