// The whole page: reads the data that stands in it and draws a section for conformance, one for the runs and one for each comparison.

/** Results as they were written, one or a list: {tool, …}. */
function documents() {
  const data = JSON.parse(document.getElementById('data').textContent);
  return Array.isArray(data) ? data : [data];
}

/** The runs with names that differ and a colour each. */
function named(results) {
  const seen = new Map();
  return results.map((result, index) => {
    const name = result.name || result.settings?.urls?.[0] || 'run';
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { name: count > 1 ? `${name} (${count})` : name, slot: index % SERIES_MAX, result };
  });
}

function runsSection(results) {
  const all = named(results);
  const runs = all.slice(0, SERIES_MAX);
  const note = all.length > runs.length ? `Charts show the first ${runs.length} of ${all.length} runs; the settings list all.` : null;
  return [
    element('h2', {}, all.length === 1 ? all[0].name : `${all.length} runs`),
    note && element('p', { class: 'note' }, note),
    warnings(all),
    all.length === 1 ? tiles(all[0].result) : severalTiles(runs),
    runCharts(runs),
    settings(all),
  ].filter(Boolean);
}

function draw() {
  const all = documents();
  const comparisons = all.filter((each) => Array.isArray(each.rows));
  const conformances = all.filter((each) => Array.isArray(each.cases));
  const runs = all.filter((each) => !Array.isArray(each.rows) && !Array.isArray(each.cases));
  const main = document.getElementById('report');
  const dates = [...new Set(all.map((each) => dateOf(each.started)).filter(Boolean))];
  const tools = [...new Set(all.map((each) => each.tool).filter(Boolean))];
  document.getElementById('about').textContent = [tools.join(', '), dates.slice(0, 3).join(', ')].filter(Boolean).join(' · ');
  main.append(...(conformances.length ? conformanceSection(conformances) : []), ...comparisons.flatMap(comparisonSection), ...(runs.length ? runsSection(runs) : []));
  if (all.length === 0) main.append(element('p', { class: 'empty' }, 'No result in this report.'));
  document.documentElement.dataset.state = 'drawn';
}

draw();
