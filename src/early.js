// In the HTML itself, before anything else: it sets the look before the first paint and takes the first taps until
// the app has started. Minified and hashed at build; every byte is paid on every page. The app takes over what it
// left in `window.early` (routes/quiz/play.svelte.ts, routes/+layout.svelte). It shows nothing as saved: points are named when they are stored.
(() => {
  const root = document.documentElement;
  /** @type {import('./app.d.ts').Early} */
  const early = (window.early = { taps: [] });
  const now = new Date(Date.now() + 8 * 36e5).toISOString().slice(0, 10);
  const slot = location.pathname.replace(/^\/quiz\/(?:(topic|station)\/|daily$)/, (_, of) =>
    of ? `${of}:` : `daily:${now}`,
  );
  // What the page was printed with: a day, or the id of its opening question; and what it is opened for.
  const { printed } = root.dataset;
  const wanted = new URLSearchParams(location.search).get('q') || (slot[0] == 'd' ? now : printed);
  let past = printed != wanted;
  try {
    const { elder, theme, size } = JSON.parse(localStorage.getItem('look') || '{}');
    if (elder) root.dataset.elder = '';
    if (theme) root.dataset.theme = theme;
    if (size) root.dataset.size = size;
    past = past || !!localStorage.getItem(slot);
  } catch {
    // Storage refused: the defaults.
  }
  // A round to go on with, another day’s question or another one wanted: the printed one is not shown.
  if (past) root.dataset.opening = 'past';
  // 长辈版 on the first screen must not be a dead button either.
  const switchElder = () => {
    const elder = root.dataset.elder === undefined;
    if (elder) root.dataset.elder = '';
    else delete root.dataset.elder;
    try {
      const look = JSON.parse(localStorage.getItem('look') || '{}');
      localStorage.setItem('look', JSON.stringify({ ...look, elder }));
    } catch {
      // It lasts as long as the page.
    }
  };

  // A slow phone evaluates the app for a fifth of a second: after the first paint, and not in the way of a first tap.
  // A frame alone may still be empty; browsers that do not tell when they have painted have to go by one.
  early.painted = new Promise((resolve) => {
    const soon = () => setTimeout(resolve, 120);
    setTimeout(resolve, document.hidden ? 0 : 2000);
    if (window.PerformancePaintTiming)
      new PerformanceObserver(soon).observe({ type: 'paint', buffered: true });
    else requestAnimationFrame(soon);
  });

  /** @param {Event} event */
  const listener = (event) => {
    const target = /** @type {HTMLInputElement} */ (event.target);
    const form = /** @type {HTMLFormElement | null} */ (target.closest('form[data-opening]'));
    if (event.type == 'click') {
      const pressed = /** @type {HTMLElement | null} */ (target.closest('button, input'));
      if (!pressed) return;
      if (pressed.dataset.next !== undefined) early.next = true;
      else if (pressed.dataset.elderSwitch !== undefined) switchElder();
      else if (!form) early.taps.push(pressed);
      return;
    }
    // Nothing is sent by the browser itself: a recovery code would stand in the address.
    if (event.type == 'submit') event.preventDefault();
    if (!form) return;
    if (event.type == 'change') {
      early.option = +target.value;
      return;
    }
    if (early.option === undefined || early.at) return;
    early.at = Date.now();
    const { question } = JSON.parse(document.getElementById('opening')?.textContent || '');
    const answer = +question.answer;
    const right = early.option == answer;
    form.dataset.judged = '';
    for (const input of form.querySelectorAll('input')) {
      const label = /** @type {HTMLElement} */ (input.parentElement);
      if (+input.value == answer) label.dataset.mark = 'right';
      else if (input.checked) label.dataset.mark = 'wrong';
      input.disabled = true;
    }
    const status = /** @type {HTMLElement} */ (document.getElementById('verdict'));
    status.textContent = status.dataset[right ? 'right' : 'wrong'] || '';
    status.dataset.mark = right ? 'right' : 'wrong';
    const feedback = /** @type {HTMLElement} */ (document.getElementById('feedback'));
    feedback.hidden = false;
    const remark = /** @type {HTMLElement | null} */ (
      feedback.querySelector(`[data-remark="${early.option}"]`)
    );
    if (remark?.parentElement) remark.hidden = remark.parentElement.hidden = false;
    feedback.querySelector('h2')?.focus();
  };
  // A stylesheet that a moment without a signal kept away: the app asks for it once only.
  addEventListener(
    'error',
    (event) => {
      const missed = /** @type {HTMLLinkElement} */ (event.target);
      if (missed.rel == 'stylesheet')
        setTimeout(() => missed.replaceWith(missed.cloneNode()), 5000);
    },
    true,
  );

  const types = ['change', 'submit', 'click'];
  for (const type of types) document.addEventListener(type, listener);
  early.stop = () => {
    for (const type of types) document.removeEventListener(type, listener);
  };
})();
