// The pages a person sees: sign-in with a password that is checked, and consent.
const SAFE = {
  'content-security-policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export function page(ctx, body, safe = true) {
  if (safe) ctx.set(SAFE);
  ctx.type = 'html';
  ctx.body = `<!doctype html><html lang="en"><title>Sign in</title>${body}</html>`;
}

async function formOf(ctx) {
  let text = '';
  for await (const piece of ctx.req) {
    text += piece;
    if (text.length > 10_000) ctx.throw(413);
  }
  return new URLSearchParams(text);
}

function form(uid, fields) {
  return `<form method="post" action="/interaction/${uid}">${fields}<button type="submit">Continue</button></form>`;
}

async function consent(provider, details) {
  const { grantId, params, session, prompt } = details;
  const grant = (grantId && await provider.Grant.find(grantId))
    || new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  const missing = prompt.details.missingOIDCScope;
  if (missing) grant.addOIDCScope(missing.join(' '));
  if (prompt.details.missingOIDCClaims) grant.addOIDCClaims(prompt.details.missingOIDCClaims);
  return { consent: { grantId: await grant.save() } };
}

const LOGIN = '<input type="text" name="login" autocomplete="username"><input type="password" name="password">';

export function interactions(provider, account, weak, pages = 'form') {
  if (pages !== 'form') return scripted(provider, account, weak, pages === 'steps');
  const safe = !weak.has('framed');
  const stranger = safe ? '' : '<link rel="stylesheet" href="https://fonts.example/css">';

  async function finish(ctx, result) {
    const place = await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true });
    ctx.status = weak.has('redirect-307') ? 307 : 303;
    ctx.set('location', place);
    ctx.set('cache-control', 'no-store');
  }

  return async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    let details;
    try {
      details = await provider.interactionDetails(ctx.req, ctx.res);
    } catch {
      ctx.status = 400;
      return page(ctx, '<h1>This sign-in is not under way</h1>');
    }
    const login = details.prompt.name === 'login';
    const fields = login ? LOGIN : `<p>${details.prompt.name}</p>`;
    ctx.set('cache-control', 'no-store');
    if (ctx.method !== 'POST') return page(ctx, stranger + form(details.uid, fields), safe);
    if (!login) return finish(ctx, await consent(provider, details));
    const said = await formOf(ctx);
    const known = said.get('login') === account.username && said.get('password') === account.password;
    if (known) return finish(ctx, { login: { accountId: account.username } });
    ctx.status = 200;
    return page(ctx, `<p>The name or the password is not right.</p>${form(details.uid, fields)}`, safe);
  };
}

// The same sign-in for people whose browser runs JavaScript: an empty page, a script that asks what to show, renders it,
// sends what was typed as JSON with a token from a cookie, and goes where it is told. Nothing works without the script.
function scripted(provider, account, weak, steps) {
  const SCRIPTED = {
    ...SAFE,
    'content-security-policy': "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
  };

  async function body(ctx) {
    let text = '';
    for await (const piece of ctx.req) text += piece;
    return JSON.parse(text);
  }

  async function answer(ctx, details) {
    const [said, login] = [await body(ctx), details.prompt.name === 'login'];
    const known = said.login === account.username && said.password === account.password;
    if (login && !known) {
      ctx.status = 401;
      return { wrong: true };
    }
    const result = login ? { login: { accountId: account.username } } : await consent(provider, details);
    return { next: await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true }) };
  }

  return async (ctx, next) => {
    if (ctx.path === '/sign-in.js') {
      ctx.type = 'text/javascript';
      ctx.body = SCRIPT;
      return undefined;
    }
    if (!ctx.path.startsWith('/interaction/')) return next();
    let details;
    try {
      details = await provider.interactionDetails(ctx.req, ctx.res);
    } catch {
      ctx.status = 400;
      return page(ctx, '<h1>This sign-in is not under way</h1>');
    }
    ctx.set('cache-control', 'no-store');
    if (ctx.path.endsWith('/state')) {
      const token = details.uid.split('').reverse().join('');
      ctx.set('set-cookie', [`xsrf=${token}; Path=/; Secure; SameSite=Strict`, 'seen=1; Path=/interaction; Secure; HttpOnly']);
      ctx.body = { prompt: details.prompt.name, steps };
      return undefined;
    }
    if (ctx.method !== 'POST') {
      ctx.set(SCRIPTED);
      page(ctx, '<div id="app"></div><script src="/sign-in.js"></script>', false);
      return undefined;
    }
    const token = ctx.cookies.get('xsrf', { signed: false });
    const own = ctx.get('origin') === provider.issuer && ctx.cookies.get('seen', { signed: false }) === '1';
    if (!own || !token || ctx.get('x-xsrf') !== token) ctx.throw(403);
    ctx.body = await answer(ctx, details);
    return undefined;
  };
}

const SCRIPT = `
const app = document.getElementById('app');
const said = {};
function field(name, type, more) {
  const one = Object.assign(document.createElement('input'), { name, type, ...more });
  one.addEventListener('input', () => { said[name] = one.value; });
  return one;
}
function show(parts, label, go) {
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: label });
  button.addEventListener('click', go);
  app.replaceChildren(...parts, button);
}
async function send() {
  const token = document.cookie.match(/xsrf=([^;]+)/)[1];
  const answer = await fetch(location.pathname, {
    method: 'POST', headers: { 'content-type': 'application/json', 'x-xsrf': token }, body: JSON.stringify(said),
  });
  const told = await answer.json();
  if (told.wrong) app.textContent = 'The name or the password is not right.';
  else location.assign(told.next);
}
fetch(location.pathname + '/state').then((answer) => answer.json()).then(({ prompt, steps }) => {
  const name = () => field('login', 'text', { autocomplete: 'username' });
  const password = () => field('password', 'password', {});
  if (prompt !== 'login') show([document.createTextNode(prompt)], 'Continue', send);
  else if (!steps) show([name(), password()], 'Sign in', send);
  else show([name()], 'Next', () => setTimeout(() => show([password()], 'Sign in', send), 150));
});
`;
