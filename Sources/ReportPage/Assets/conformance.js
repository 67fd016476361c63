// Conformance: what was tested on each program, side by side. First the totals, then a line for each group of cases, then every case that did
// not pass somewhere, with what was sent, expected and received when it is opened.

const MARKS = { passed: ['✓', 'passed'], failed: ['✕', 'failed'], skipped: ['–', 'skipped'], could_not_test: ['?', 'could not be tested'] };

function conformanceSection(all) {
  const programs = named(all);
  return [
    element('h2', {}, all.length === 1 ? programs[0].name : `${all.length} programs`),
    element('p', { class: 'note' }, 'must: a failure breaks the specification. should: it is advised against. may: allowed, told for who wants to know.'),
    element('div', { class: 'tiles several' }, ...programs.map(conformanceTile)),
    groupsTable(programs),
    ...differences(programs),
  ];
}

function conformanceTile({ name, result }) {
  const sum = result.summary ?? {};
  const bad = (sum.failed_must ?? 0) + (result.strict ? sum.failed_should ?? 0 : 0);
  const detail = [
    `${plain(sum.failed_must)} must, ${plain(sum.failed_should)} should, ${plain(sum.failed_may)} may not done`,
    sum.skipped ? `${sum.skipped} skipped` : null, sum.could_not_test ? `${sum.could_not_test} could not be tested` : null,
    sum.passed_again ? `${sum.passed_again} passed only when run again alone` : null,
  ].filter(Boolean).join('; ');
  return element('dl', { class: 'tile', 'data-tile': name },
    element('dt', {}, `${name} (${plain(result.protocol)} ${plain(result.role)})`),
    element('dd', {}, element('span', { class: bad ? 'bad' : sum.could_not_test ? null : 'good' },
      bad ? `✕ ${bad} failed` : sum.could_not_test ? '? not all tested' : '✓ none failed'),
      element('span', { class: 'detail' }, `${plain(sum.passed)} of ${(result.cases ?? []).length} cases passed; ${detail}`)));
}

const groupOf = (test) => test.id.split('/')[0];

/** Passed of tested, for each group and program. */
function groupsTable(programs) {
  const groups = [...new Set(programs.flatMap(({ result }) => result.cases.map(groupOf)))];
  const cell = (result, group) => {
    const members = result.cases.filter((test) => groupOf(test) === group);
    const tested = members.filter((test) => test.outcome === 'passed' || test.outcome === 'failed');
    if (!members.length) return NONE;
    if (!tested.length) return 'skipped';
    const left = members.length - tested.length;
    return `${tested.filter((test) => test.outcome === 'passed').length} / ${tested.length}${left ? `, ${left} skipped` : ''}`;
  };
  const whole = table([['Group', true], ...programs.map(({ name }) => [name])],
    groups.map((group) => [group, ...programs.map(({ result }) => cell(result, group))]), 'Cases passed, of those that could be tested, by group');
  whole.classList.add('whole');
  return whole;
}

/** Every case that failed or could not be tested somewhere, by level. */
function differences(programs) {
  const byID = new Map();
  for (const { name, result } of programs) {
    for (const test of result.cases) {
      if (!byID.has(test.id)) byID.set(test.id, { test, outcomes: new Map() });
      byID.get(test.id).outcomes.set(name, test);
    }
  }
  const open = [...byID.values()].filter(({ outcomes }) =>
    [...outcomes.values()].some((test) => test.outcome === 'failed' || test.outcome === 'could_not_test'));
  if (!open.length) return [element('p', { class: 'empty' }, 'No case failed.')];
  return ['must', 'should', 'may'].flatMap((level) => {
    const members = open.filter(({ test }) => test.level === level);
    if (!members.length) return [];
    return [element('h2', {}, `${level}: ${members.length} ${members.length === 1 ? 'case' : 'cases'} not passed`),
      ...members.map((each) => difference(each, programs))];
  });
}

function difference({ test, outcomes }, programs) {
  const marks = programs.map(({ name }) => {
    const own = outcomes.get(name);
    const [sign, word] = own ? MARKS[own.outcome] ?? ['?', own.outcome] : [NONE, 'not run'];
    return element('span', { class: `verdict ${own?.outcome ?? ''}`, 'data-verdict': own?.outcome ?? 'none', title: `${name}: ${word}` }, `${sign} ${name}`);
  });
  const summary = element('summary', {}, element('b', {}, test.id), ` ${test.section}: ${test.sentence}`, element('span', { class: 'verdicts' }, ...marks));
  const details = element('details', { class: 'case', 'data-case': test.id }, summary);
  details.addEventListener('toggle', () => {
    if (details.children.length > 1) return;
    for (const [name, own] of outcomes) {
      if (own.outcome === 'passed' || own.outcome === 'skipped') continue;
      const facts = [['expected', own.expected], ['came', own.came ?? own.reason], ['why', own.why], ['sent', own.sent], ['received', own.received]]
        .filter(([, value]) => value);
      details.append(element('p', { class: 'note' }, name + (own.again ? ', also when run again alone' : '')),
        element('dl', { class: 'facts' }, ...facts.flatMap(([word, value]) => [element('dt', {}, word),
          element('dd', { class: word === 'sent' || word === 'received' ? 'hex' : null }, value)])));
    }
  });
  return details;
}
