'use strict';
(() => {
  const MILLIS_BETWEEN_LOOKS = 2000;
  const at = (id) => document.getElementById(id);
  const canvases = [...document.querySelectorAll('canvas[data-chart]')];
  // What the reader chose; empty: to follow what goes on.
  const chosen = new URLSearchParams(location.hash.slice(1));
  const shown = new Map();
  let charts = {};

  // Only what has changed is touched: focus, selection and open parts stay, and nothing is read out twice.
  const put = (key, value, set) => {
    if (shown.get(key) !== value) {
      shown.set(key, value);
      set(value);
    }
  };
  const text = (id, value) => put(id, value, () => { at(id).textContent = value; });
  const html = (id, value) => put(id, value, () => { at(id).innerHTML = value; });

  const choices = (id, follow, values, current) =>
    put(id, JSON.stringify([values, current, chosen.get(id)]), () => {
      const options = [new Option(follow + (current ? ': ' + current : ''), '')];
      values.forEach((value) => options.push(new Option(value, value)));
      at(id).replaceChildren(...options);
      at(id).value = values.includes(chosen.get(id)) ? chosen.get(id) : '';
    });

  const draw = (canvas) => {
    const picture = charts[canvas.dataset.chart];
    const figure = canvas.closest('figure');
    figure.hidden = !picture;
    if (picture) {
      figure.querySelector('figcaption').textContent = picture.chart.title;
      canvas.setAttribute('aria-label', picture.description);
      drawChart(canvas, picture.chart);
    }
  };

  const show = (view) => {
    text('title', view.title);
    text('status', view.status);
    text('news', view.news);
    document.title = view.status + ' – Lockstep';
    choices('directory', 'latest', view.directories, view.directory);
    choices('setting', 'latest', view.settings, view.setting);
    at('report').hidden = !view.report;
    at('report-link').href = 'report?directory=' + encodeURIComponent(view.directory);
    ['command', 'legend', 'runs', 'epochs', 'ranks', 'layers', 'no-layers'].forEach((id) => html(id, view.parts[id] ?? ''));
    at('drift').hidden = !view.parts.layers;
    at('no-layers').hidden = Boolean(view.parts.layers);
    charts = view.charts;
    canvases.forEach((canvas) =>
      put(canvas, JSON.stringify(charts[canvas.dataset.chart] ?? null), () => draw(canvas)));
  };

  const look = async () => {
    try {
      const query = new URLSearchParams({
        directory: chosen.get('directory') ?? '',
        setting: chosen.get('setting') ?? '',
      });
      const answer = await fetch('view?' + query);
      if (!answer.ok) {
        throw new Error(await answer.text());
      }
      show(await answer.json());
    } catch (error) {
      text('status', 'The dashboard does not answer; this page tries again (' + error.message + ')');
    }
  };

  const keepLooking = async () => {
    await look();
    setTimeout(keepLooking, MILLIS_BETWEEN_LOOKS);
  };

  ['directory', 'setting'].forEach((id) =>
    at(id).addEventListener('change', () => {
      chosen.set(id, at(id).value);
      if (id === 'directory') {
        chosen.delete('setting');
      }
      history.replaceState(null, '', '#' + chosen);
      look();
    }));
  matchMedia('(prefers-color-scheme: dark)')
    .addEventListener('change', () => canvases.forEach(draw));
  document.documentElement.classList.add('js');
  keepLooking();
})();
