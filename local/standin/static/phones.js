// Sends forms without leaving the page, and lets what arrives appear by itself.
const phone = document.getElementById('phone');
const lines = document.getElementById('lines');

const toEnd = () => { if (lines) lines.scrollTop = lines.scrollHeight; };

async function look() {
  const answer = await fetch(`${phone.dataset.url}/lines?after=${phone.dataset.last}`);
  if (!answer.ok) return;
  const news = await answer.json();
  if (news.shape !== phone.dataset.shape || news.last < Number(phone.dataset.last)) return location.reload();
  document.getElementById('clock').textContent = news.clock;
  document.getElementById('allowance').textContent = news.allowance;
  if (news.last > Number(phone.dataset.last)) {
    phone.dataset.last = news.last;
    lines.insertAdjacentHTML('beforeend', news.html);
    toEnd();
  }
}

let looking = Promise.resolve();
const lookAgain = () => (looking = looking.then(look).catch(() => {}));

async function post(url, body) {
  const answer = await fetch(url, { method: 'POST', body });
  if (answer.status === 409) alert(await answer.text());
  if (phone) await lookAgain(); else location.reload();
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!('quiet' in form.dataset)) return;
  event.preventDefault();
  if (event.submitter?.dataset.open) window.open(event.submitter.dataset.open, '_blank', 'noopener');
  post(event.submitter?.getAttribute('formaction') || form.action, new FormData(form, event.submitter));
  if (form.classList.contains('write')) form.reset();
  form.closest('details')?.removeAttribute('open');
});

document.addEventListener('click', (event) => {
  const choice = event.target.closest('button.choice');
  if (!choice) return;
  const body = new FormData();
  body.set('id', choice.dataset.id);
  body.set('text', choice.dataset.text);
  post(`${phone.dataset.url}/choice`, body);
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.target.dataset.filter) return event.preventDefault();
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || !event.target.matches('.write textarea')) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

document.addEventListener('input', (event) => {
  const filter = event.target.dataset.filter;
  if (!filter) return;
  for (const row of document.querySelectorAll(filter)) row.hidden = !row.textContent.includes(event.target.value.trim());
});

if (phone) {
  toEnd();
  setInterval(lookAgain, 1000);
}
