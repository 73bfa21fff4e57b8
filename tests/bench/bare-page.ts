import { citationsText } from '../../src/lib/ui/text/quiz.ts';
import type { Question } from '../../src/lib/domain/bank/pack.ts';

/** A question that one tap answers. */
export type Single = Extract<Question, { type: 'single' }>;

/**
 * The least that could be asked with: two questions in one file, nothing to wait for, nothing kept. It says what the
 * park's page says, in the same places, in plain style.
 * @param worker whether it registers /worker.js for the next visit
 */
export function barePage(title: string, questions: [Single, Single], worker: boolean): string {
  const asked = questions.map(({ stem, options, answer, explanation, sources, asOf }) => ({
    stem,
    options,
    answer,
    explanation,
    source: `依据：${citationsText(sources, asOf)}`,
  }));
  const data = JSON.stringify(asked).replaceAll('<', '\\u003c');
  const [first] = asked;
  if (!first) throw new Error('no question');
  const options = first.options.map(
    (option, i) =>
      `<label><input type="radio" name="answer" value="${i}"><b>${'ABCDEF'[i]}</b> <span>${option}</span></label>`,
  );
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header><a href="/topics">主题</a><h1>${title}</h1></header>
<main>
<form>
<fieldset>
<legend>${first.stem}</legend>
<p>单选题 选一个答案</p>
<div id="options">${options.join('')}</div>
</fieldset>
<button>提交</button>
</form>
<p id="verdict" role="status"></p>
<section id="feedback" hidden>
<h2 tabindex="-1">解析</h2>
<p id="explanation">${first.explanation}</p>
<p id="source">${first.source}</p>
<button type="button" id="next">下一题</button>
</section>
</main>
<script>(() => {
const questions = ${data};
${SCRIPT}${worker ? REGISTER : ''}
})()</script>
</body>
</html>`;
}

const STYLE = `
*{box-sizing:border-box}
body{margin:0;background:#f6f1e4;color:#1c2a25;font:1.0625rem/1.65 system-ui,sans-serif}
header{display:flex;gap:1rem;align-items:center;max-width:40rem;margin:0 auto;padding:.5rem 1rem}
h1{font-size:1.25rem;margin:0}
main{max-width:40rem;margin:0 auto;padding:0 1rem 1.5rem}
fieldset{border:0;margin:0;padding:0}
legend{font:700 1.25rem/1.5 serif;padding:0}
#options{display:grid;gap:.75rem}
label{display:flex;gap:.75rem;align-items:center;min-height:3.25rem;padding:.5rem 1rem;background:#fffdf6;border:2px solid #d8cdb4;border-radius:14px}
label:has(:checked){border-color:#1d5545;background:#e3ecdd}
label.right{border-color:#1d5545}
label.wrong{border-color:#a8321e;background:#f8e3d9}
button{width:100%;min-height:48px;margin-top:1rem;border:0;border-radius:999px;background:#1d5545;color:#fffdf6;font:inherit;font-weight:700}
#verdict{font:700 1.5rem/1.3 serif;color:#a8321e;margin:1rem 0 0}
#verdict:empty{margin:0}
#verdict.right{color:#1d5545}
h2{font-size:1.25rem;margin:.75rem 0 0;outline:0}
[hidden]{display:none!important}`;

const SCRIPT = `
const $ = (id) => document.getElementById(id);
const form = document.forms[0], submit = form.querySelector('button');
let at = 0;
form.onsubmit = (event) => {
  event.preventDefault();
  const chosen = form.elements.answer.value;
  if (chosen === '') return;
  const { answer } = questions[at], right = +chosen === answer;
  for (const input of form.elements.answer) {
    input.disabled = true;
    if (+input.value === answer) input.parentElement.className = 'right';
    else if (input.checked) input.parentElement.className = 'wrong';
  }
  submit.hidden = true;
  $('verdict').textContent = right ? '答对了' : '答错了';
  $('verdict').className = right ? 'right' : 'wrong';
  $('feedback').hidden = false;
  $('feedback').querySelector('h2').focus();
};
$('next').onclick = () => {
  const question = questions[at = (at + 1) % questions.length];
  form.querySelector('legend').textContent = question.stem;
  $('options').replaceChildren(...question.options.map((option, i) => {
    const label = document.createElement('label');
    label.innerHTML = '<input type="radio" name="answer"><b></b> <span></span>';
    label.children[0].value = i;
    label.children[1].textContent = 'ABCDEF'[i];
    label.children[2].textContent = option;
    return label;
  }));
  $('explanation').textContent = question.explanation;
  $('source').textContent = question.source;
  $('verdict').textContent = '';
  $('feedback').hidden = true;
  submit.hidden = false;
  scrollTo(0, 0);
};
`;

const REGISTER = `
addEventListener('load', () => navigator.serviceWorker.register('/worker.js'));
`;

/** The least that makes a page work without a network. */
export function bareWorker(path: string): string {
  return `
oninstall = (event) => event.waitUntil(caches.open('bare').then((cache) => cache.add('${path}')));
onfetch = (event) => event.respondWith(caches.match(event.request).then((kept) => kept || fetch(event.request)));
`;
}
